import "@mantine/charts/styles.css"
import { BarChart } from "@mantine/charts"
import type { RunSummary } from "../api/runs.ts"
import { duration } from "../duration.ts"

const label = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
})

/** A bar a run, oldest first. */
export function DurationChart({ runs }: { runs: readonly RunSummary[] }) {
  const data = runs
    .filter(({ status }) => status !== "running")
    .map(({ startedAt, seconds, status }) => ({
      at: label.format(Date.parse(startedAt)),
      [status === "completed" ? "completed" : "other"]: seconds,
    }))
    .reverse()
  return (
    <BarChart
      h={150}
      data={data}
      dataKey="at"
      type="stacked"
      series={[
        { name: "completed", label: "Completed", color: "ocean.6" },
        { name: "other", label: "Did not complete", color: "red.6" },
      ]}
      valueFormatter={(seconds) => duration(seconds * 1000)}
      gridAxis="y"
      tickLine="none"
      maxBarWidth={28}
      barChartProps={{ accessibilityLayer: true }}
    />
  )
}
