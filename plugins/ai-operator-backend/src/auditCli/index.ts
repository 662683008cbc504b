export { runAuditCli } from './main';
