/** What OTLP's JSON has of a value (https://opentelemetry.io/docs/specs/otlp/). */
interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values: OtlpValue[] };
}

interface OtlpAttribute {
  key: string;
  value: OtlpValue;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: OtlpAttribute[];
  events?: { name: string }[];
  status?: { code?: number };
}

interface OtlpPoint {
  attributes?: OtlpAttribute[];
  count?: string | number;
  sum?: number;
  asInt?: string | number;
  asDouble?: number;
}

/** A span as it was told. */
export interface CollectedSpan {
  traceId: string;
  id: string;
  /** Empty for the first of its trace. */
  parent: string;
  name: string;
  kind: number;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  events: string[];
  failed: boolean;
}

/** The latest figure of a measurement with these attributes. */
export interface CollectedPoint {
  metric: string;
  attributes: Record<string, unknown>;
  /** How many were measured, or how many there are. */
  count: number;
  sum: number;
}

/** A collector of OTLP over HTTP with JSON, on loopback. */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly points = new Map<string, CollectedPoint>();
  /** All that came, as it came. */
  readonly texts: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const text = await request.text();
        this.texts.push(text);
        this.#take(new URL(request.url).pathname, JSON.parse(text));
        for (const look of [...this.#waiting]) look();
        return Response.json({});
      },
    );
  }

  /** What a program has to be started with to tell its spans here. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_SERVICE_NAME: "parley-test",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    };
  }

  /** Resolves once the condition holds for what has come. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  // deno-lint-ignore no-explicit-any
  #take(path: string, body: any): void {
    for (const { scopeSpans = [] } of body.resourceSpans ?? []) {
      for (const { scope, spans = [] } of scopeSpans) {
        if (scope?.name === "parley") this.spans.push(...spans.map(spanOf));
      }
    }
    if (path !== "/v1/metrics") return;
    for (const { scopeMetrics = [] } of body.resourceMetrics ?? []) {
      for (const { scope, metrics = [] } of scopeMetrics) {
        if (scope?.name !== "parley") continue;
        for (const { name, histogram, sum } of metrics) {
          for (const point of (histogram ?? sum).dataPoints ?? []) {
            const collected = pointOf(name, point);
            const key = JSON.stringify([name, collected.attributes]);
            this.points.set(key, collected);
          }
        }
      }
    }
  }
}

function spanOf(span: OtlpSpan): CollectedSpan {
  return {
    traceId: span.traceId,
    id: span.spanId,
    parent: span.parentSpanId ?? "",
    name: span.name,
    kind: span.kind,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: recordOf(span.attributes),
    events: (span.events ?? []).map(({ name }) => name),
    failed: span.status?.code === 2,
  };
}

function pointOf(metric: string, point: OtlpPoint): CollectedPoint {
  return {
    metric,
    attributes: recordOf(point.attributes),
    count: Number(point.count ?? point.asInt ?? point.asDouble ?? 0),
    sum: Number(point.sum ?? 0),
  };
}

function recordOf(attributes: OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, plain(value)]),
  );
}

function plain(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) {
    return value.arrayValue.values.map(plain);
  }
  return value.intValue !== undefined
    ? Number(value.intValue)
    : value.stringValue ?? value.boolValue ?? value.doubleValue;
}
