import { Container } from '@backstage/ui';
import { Route, Routes } from 'react-router-dom';
import { doctorRouteRef, rollbackRouteRef } from '../routes';
import { Surface } from './basics';
import { DoctorPage } from './doctor/DoctorPage';
import { FleetPage } from './fleet';
import { NoSuchPage } from './NoSuchPage';
import { RollbackPage } from './rollback/RollbackPage';

/** The pages below `/ai-operator`, without a header. */
export function OperatorRoutes() {
  return (
    <Surface>
      <Routes>
        <Route path="/" element={<FleetPage />} />
        <Route path={rollbackRouteRef.path} element={<RollbackPage />} />
        <Route path={doctorRouteRef.path} element={<DoctorPage />} />
        <Route path="*" element={<NoSuchPage />} />
      </Routes>
    </Surface>
  );
}

/** The pages below `/ai-operator` for the new frontend system, which draws the header itself. */
export function Page() {
  return (
    <Container>
      <OperatorRoutes />
    </Container>
  );
}
