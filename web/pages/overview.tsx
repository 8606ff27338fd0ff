// The first page: what is connected, how the last run went, what needs a person.
import { Anchor, Button, Card, Grid, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import { blueprintTitle, useBlueprints } from "../api/blueprints.ts"
import { path } from "../api/http.ts"
import { type Overview as Known, useOverview } from "../api/overview.ts"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { counted, duration } from "../duration.ts"
import { AttentionList } from "../overview/attention-list.tsx"
import { Connection } from "../overview/connection.tsx"
import classes from "../runs/runs.module.css"
import { StartRun } from "../runs/start-run.tsx"

export function Overview() {
  const { data, error, refetch } = useOverview()
  if (!data) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  return (
    <Page
      title="Overview"
      about={<Connection about={data.about} />}
      actions={<StartRun />}
      stale={{ error, retry: refetch }}
    >
      <AttentionList attention={data.attention} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <RunCard overview={data} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <LiveCard overview={data} />
        </Grid.Col>
      </Grid>
      <CountCards overview={data} />
    </Page>
  )
}

function RunCard({ overview: { running, lastRun, nextRunAt } }: { overview: Known }) {
  const run = running ?? lastRun
  return (
    <Card withBorder h="100%">
      <Title order={2} mb="sm">
        {running ? "A run is under way" : "Last run"}
      </Title>
      {run ? (
        <Stack gap={6}>
          <Group gap="sm">
            <Status state={run.status} />
            <Text size="sm" c="dimmed">
              started <TimeAgo at={run.startedAt} inherit />
              {run.endedAt && `, took ${duration(run.seconds * 1000)}`}
            </Text>
          </Group>
          <Text size="sm">{run.headline}</Text>
          <Anchor component={Link} href={`/runs/${run.id}`} size="sm">
            {running ? "Watch it" : "What it did"}
          </Anchor>
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          There was none yet.
        </Text>
      )}
      {nextRunAt && (
        <Text size="sm" c="dimmed" mt="sm">
          The next one starts <TimeAgo at={nextRunAt} inherit />.
        </Text>
      )}
    </Card>
  )
}

function LiveCard({ overview: { liveEvents } }: { overview: Known }) {
  return (
    <Card withBorder h="100%">
      <Title order={2} mb="sm">
        Live events
      </Title>
      {liveEvents ? (
        <Stack gap={6}>
          <Text size="sm">
            {liveEvents.lag.events === 0
              ? `None in the last ${liveEvents.lag.minutes} minutes.`
              : `${counted(liveEvents.lag.events, "event")} in the last ${liveEvents.lag.minutes} minutes` +
                (liveEvents.lag.p50Ms === null
                  ? "."
                  : `, in the catalog after ${duration(liveEvents.lag.p50Ms)} (half of them), ${duration(liveEvents.lag.p95Ms ?? liveEvents.lag.p50Ms)} (nearly all).`)}
          </Text>
          <Text size="sm" c="dimmed">
            {counted(liveEvents.waiting + liveEvents.working, "event")} waiting
            {liveEvents.lastReceivedAt && (
              <>
                , the last one came <TimeAgo at={liveEvents.lastReceivedAt} inherit />
              </>
            )}
          </Text>
          <Anchor component={Link} href="/live-events" size="sm">
            See them
          </Anchor>
        </Stack>
      ) : (
        <Stack gap={6} align="flex-start">
          <Text size="sm">
            None are received: what happens in Sentry shows with the next run. With webhooks it shows within a
            second.
          </Text>
          <Button component={Link} href="/ingest-data" size="xs" variant="default">
            Set them up
          </Button>
        </Stack>
      )}
    </Card>
  )
}

function CountCards({ overview: { counts, about } }: { overview: Known }) {
  const blueprints = useBlueprints({ enabled: about.catalog })
  const titles = new Map(blueprints.data?.map((one) => [one.identifier, blueprintTitle(one)]))
  if (counts.length === 0) return null
  return (
    <div>
      <Title order={2} mb="sm">
        In the catalog
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }}>
        {counts.map(({ kind, blueprint, entities }) => (
          <Card key={`${kind} ${blueprint}`} withBorder padding="md">
            <div className={classes.figure}>{entities === null ? "–" : entities.toLocaleString()}</div>
            {about.catalog ? (
              <Anchor component={Link} href={path`/entities/${blueprint}`} size="sm">
                {titles.get(blueprint) ?? blueprint}
              </Anchor>
            ) : (
              <Text size="sm">{blueprint}</Text>
            )}
            <Text size="xs" c="dimmed">
              from {kind}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </div>
  )
}
