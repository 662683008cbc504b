import { type Call, type Reply } from './call';

const MAX_PER_PAGE = 100;

export interface Page {
  page: number;
  perPage: number;
}

/** `page` and `per_page` of the query; what is no number counts as absent. */
export function pageOf(call: Call, defaultSize = 30): Page {
  const number = (name: string, fallback: number) => {
    const value = Number(call.query(name));
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return {
    page: number('page', 1),
    perPage: Math.min(number('per_page', defaultSize), MAX_PER_PAGE),
  };
}

/** The asked page of a list, with `Link`. */
export function paged<T>(
  call: Call,
  items: T[],
  represent: (items: T[]) => unknown,
  defaultSize?: number,
): Reply {
  const { page, perPage } = pageOf(call, defaultSize);
  const slice = items.slice((page - 1) * perPage, page * perPage);
  return {
    body: represent(slice),
    headers: links(call, { page, perPage }, items.length),
  };
}

/** The `Link` header of a page, empty when there is only one. */
export function links(
  call: Call,
  { page, perPage }: Page,
  total: number,
): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / perPage));
  const target = (to: number) => {
    const url = new URL(call.request.originalUrl, call.state.htmlUrl);
    url.searchParams.set('page', String(to));
    return `<${url.href}>`;
  };
  const parts = [
    ...(page > 1 ? [`${target(Math.min(page - 1, last))}; rel="prev"`] : []),
    ...(page < last ? [`${target(page + 1)}; rel="next"`] : []),
    ...(page < last ? [`${target(last)}; rel="last"`] : []),
    ...(page > 1 ? [`${target(1)}; rel="first"`] : []),
  ];
  return parts.length > 0 ? { Link: parts.join(', ') } : {};
}
