import "@mantine/charts/styles.css"
import { CompositeChart } from "@mantine/charts"
import type { LagBucket } from "../api/live-events.ts"
import { duration } from "../duration.ts"

const label = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" })

/** How long half of the events of a minute took, and nearly all of them. */
export function LagChart({ buckets }: { buckets: readonly LagBucket[] }) {
  const data = buckets.map(({ at, p50Ms, p95Ms, received }) => ({
    at: label.format(Date.parse(at)),
    half: p50Ms,
    most: p95Ms,
    received,
  }))
  return (
    <CompositeChart
      h={150}
      data={data}
      dataKey="at"
      series={[
        { name: "half", label: "Half of them within", type: "line", color: "ocean.6" },
        { name: "most", label: "Nearly all within", type: "line", color: "orange.6" },
      ]}
      valueFormatter={(value) => duration(value)}
      withLegend
      gridAxis="y"
      tickLine="none"
      connectNulls
      dotProps={{ r: 2 }}
      strokeWidth={2}
      composedChartProps={{ accessibilityLayer: true }}
    />
  )
}
