// What is measured, for Prometheus. The library is loaded when somebody first asks, so that a start does not pay for it.
import type { Counter, Gauge, Histogram, OpenMetricsContentType, Registry } from "prom-client"
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  metricTable,
} from "./metric-table.ts"

export interface Metrics {
  set<N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number): void
  add<N extends CounterName | GaugeName>(name: N, labels: LabelsOf<N>, by?: number): void
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, value: number): void
  /** Forgets all series of a gauge, because what they told of may be no more. */
  clear(name: GaugeName): void
  /** Called before each page, for values that are only looked up when somebody asks. */
  beforeScrape(refresh: () => void): void
  /** The page of /metrics, in the newer form where `accept` asks for it. */
  page(accept: string | undefined): Promise<{ contentType: string; text: string }>
}

/** What was measured before the library is there; more than this, and keeping it aside is the dearer way. */
const mostPending = 5_000

type Change = (library: Library) => void

export function createMetrics(): Metrics {
  let pending: Change[] = []
  let loading: Promise<Library> | undefined
  let library: Library | undefined
  const refreshers: (() => void)[] = []

  function apply(change: Change): void {
    if (library) change(library)
    else if (pending.push(change) >= mostPending) void load()
  }

  function load(): Promise<Library> {
    loading ??= openLibrary().then((opened) => {
      library = opened
      for (const change of pending) change(opened)
      pending = []
      return opened
    })
    return loading
  }

  return {
    set: (name, labels, value) => apply(({ gauges }) => gauges.get(name)?.set(labels, value)),
    add: (name, labels, by = 1) =>
      apply(({ gauges, counters }) => {
        gauges.get(name)?.inc(labels, by)
        for (const counter of counters.get(name) ?? []) counter.inc(labels, by)
      }),
    observe: (name, labels, value) => apply(({ histograms }) => histograms.get(name)?.observe(labels, value)),
    clear: (name) => apply(({ gauges }) => gauges.get(name)?.reset()),
    beforeScrape: (refresh) => void refreshers.push(refresh),
    async page(accept) {
      for (const refresh of refreshers) refresh()
      const { plain, open } = await load()
      if (/application\/openmetrics-text/i.test(accept ?? "")) {
        return { contentType: open.contentType, text: await open.metrics() }
      }
      // A comment to readers of the older form; those of the original's page wait for it.
      return { contentType: plain.contentType, text: `${await plain.metrics()}# EOF\n` }
    },
  }
}

interface Library {
  gauges: Map<string, Gauge>
  /** One for each form: the library takes `_total` off the name of a counter it prints in the newer one. */
  counters: Map<string, Counter[]>
  histograms: Map<string, Histogram>
  plain: Registry
  open: Registry<OpenMetricsContentType>
}

async function openLibrary(): Promise<Library> {
  const { default: prom } = await import("prom-client")
  const plain = new prom.Registry()
  const open = new prom.Registry<OpenMetricsContentType>()
  open.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE)
  const registers = [plain, open]
  const library: Library = { gauges: new Map(), counters: new Map(), histograms: new Map(), plain, open }
  for (const [name, definition] of Object.entries(metricTable)) {
    const common = { name, help: definition.help, labelNames: [...definition.labels] }
    if (definition.type === "gauge") library.gauges.set(name, new prom.Gauge({ ...common, registers }))
    if (definition.type === "histogram") {
      const buckets = [...definition.buckets]
      library.histograms.set(name, new prom.Histogram({ ...common, registers, buckets }))
    }
    if (definition.type === "counter") {
      library.counters.set(
        name,
        registers.map((one) => new prom.Counter({ ...common, registers: [one] })),
      )
    }
  }
  return library
}
