/** What a handler returns to have the route's component rendered. */
export class PageResponse<Data> {
  /** Reaches the component as `props.data`. */
  readonly data: Data;
  /** Status of the response; 200 where it is left out. */
  readonly status: number | undefined;
  /** Further headers of the response. */
  readonly headers: HeadersInit | undefined;

  /** Use {@linkcode page} instead. */
  constructor(data: Data, init: { status?: number; headers?: HeadersInit }) {
    this.data = data;
    this.status = init.status;
    this.headers = init.headers;
  }
}

/** Renders the route's component with `data`; `init` sets status and headers. */
export function page(): PageResponse<undefined>;
export function page<Data>(
  data: Data,
  init?: { status?: number; headers?: HeadersInit },
): PageResponse<Data>;
export function page<Data>(
  data?: Data,
  init: { status?: number; headers?: HeadersInit } = {},
): PageResponse<Data | undefined> {
  return new PageResponse(data, init);
}
