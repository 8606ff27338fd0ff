// One run, while it goes on and afterwards.
import { PlayCircleIcon, StopIcon } from "@heroicons/react/24/outline"
import { Alert, Button, Card, List, SimpleGrid, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import { ApiError } from "../api/http.ts"
import { type RunDetail, useCancelRun, useRun } from "../api/runs.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { Way } from "../components/way.tsx"
import { duration } from "../duration.ts"
import { useNow } from "../hooks/use-now.ts"
import { Refusals } from "../runs/refusals.tsx"
import { RequestTable } from "../runs/request-table.tsx"
import { ResourceTable } from "../runs/resource-table.tsx"
import { scopeText, triggerText } from "../runs/run-words.ts"
import classes from "../runs/runs.module.css"
import { SourceList } from "../runs/source-list.tsx"

export function Run({ id }: { id: string }) {
  const { data: run, error, refetch } = useRun(id)
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Empty icon={PlayCircleIcon} title="This run is not known">
        Runs are kept for a while only. <Link href="/runs">To those that are known</Link>
      </Empty>
    )
  }
  if (!run) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  return (
    <Page
      title={triggerText(run)}
      above={
        <Way
          to={[["Runs", "/runs"]]}
          here={
            <Text span inherit ff="monospace">
              {run.id}
            </Text>
          }
        />
      }
      about={
        <>
          started <TimeAgo at={run.startedAt} inherit />
          {run.scope && `, ${scopeText(run.scope)}`}
        </>
      }
      actions={<Cancel run={run} />}
      stale={{ error, retry: refetch }}
    >
      <Figures run={run} />
      {run.status !== "running" && <Text>{run.headline}</Text>}
      {run.shortcomings.length > 0 && (
        <Alert color="red" variant="light" title="Why it is not a success">
          <Lines lines={run.shortcomings} />
        </Alert>
      )}
      <ResourceTable run={run} />
      <SourceList sources={run.sources} more={run.moreSources} />
      <Refusals run={run} />
      <Said title="Worth a look" lines={[...run.failures, ...run.notes]} />
      <Said title="How it read" lines={run.plan} />
      <RequestTable requests={run.requestsBy} />
    </Page>
  )
}

function Cancel({ run }: { run: RunDetail }) {
  const cancel = useCancelRun()
  const mayChange = useMayChange()
  if (run.status !== "running" || !mayChange) return null
  return (
    <Button
      variant="default"
      leftSection={<StopIcon width={18} />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate(run.id)}
    >
      Cancel
    </Button>
  )
}

const phases = {
  mapping: "Reading the mapping",
  reading: "Reading Sentry",
  retrying: "Trying again what failed",
  deleting: "Looking for what is gone",
}

function Figures({ run }: { run: RunDetail }) {
  const now = useNow()
  const tookMs = run.endedAt
    ? run.seconds * 1000
    : Math.max(run.seconds * 1000, now - Date.parse(run.startedAt))
  const figures: [string, string][] = [
    ["Took", duration(tookMs)],
    ["Read", run.totals.read.toLocaleString()],
    ["Created", run.totals.created.toLocaleString()],
    ["Updated", run.totals.updated.toLocaleString()],
    ["Unchanged", run.totals.unchanged.toLocaleString()],
    ["Deleted", run.totals.deleted.toLocaleString()],
    ["Requests to Sentry", run.requests.sentry.toLocaleString()],
    ["Waited for limits", duration(run.waitedMs)],
  ]
  return (
    <Card withBorder>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 5, xl: 9 }} spacing="md">
        <div>
          <Text size="xs" c="dimmed">
            Status
          </Text>
          <Status
            state={run.status}
            {...(run.phase && run.status === "running" ? { text: phases[run.phase] } : {})}
          />
        </div>
        {figures.map(([title, value]) => (
          <div key={title}>
            <Text size="xs" c="dimmed">
              {title}
            </Text>
            <div className={classes.figure}>{value}</div>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  )
}

function Said({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Lines lines={lines} />
    </Card>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <List size="sm" spacing={4}>
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  )
}
