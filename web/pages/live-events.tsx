// What Sentry told, as it comes, and what became of it.
import { BoltIcon } from "@heroicons/react/24/outline"
import {
  Badge,
  Button,
  Card,
  Center,
  Group,
  Select,
  Skeleton,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core"
import { useDebouncedCallback } from "@mantine/hooks"
import { notifications } from "@mantine/notifications"
import { lazy, Suspense } from "react"
import { Link, useSearchParams } from "wouter"
import { ApiError } from "../api/http.ts"
import { type LiveEvent, useLag, useLiveEvents, useReplay } from "../api/live-events.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { describe, Empty, Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { counted, duration } from "../duration.ts"
import classes from "../runs/runs.module.css"

const LagChart = lazy(async () => ({ default: (await import("../live-events/lag-chart.tsx")).LagChart }))

const states = [
  { value: "waiting", label: "Waiting" },
  { value: "working", label: "Being worked on" },
  { value: "done", label: "Done" },
  { value: "dead", label: "Given up" },
]

export function LiveEvents() {
  const [parameters, setParameters] = useSearchParams()
  const filter = {
    state: parameters.get("state") ?? "",
    name: parameters.get("name") ?? "",
    q: parameters.get("q") ?? "",
  }
  const list = useLiveEvents(filter)
  const set = (change: Partial<typeof filter>) => {
    const wanted = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== "")
    setParameters(new URLSearchParams(wanted), { replace: "q" in change })
  }
  const search = useDebouncedCallback((q: string) => set({ q }), 250)
  if (list.error instanceof ApiError && list.error.code === "no_live_events")
    return <NoneReceived error={list.error} />
  const first = list.data?.pages[0]
  const events = list.data?.pages.flatMap((page) => page.events)
  const isFiltered = Object.values(filter).some((value) => value !== "")
  return (
    <Page
      title="Live events"
      about="Webhooks of Sentry are written down, answered, and then worked on: the object of each is read again."
      actions={<ReplayAll dead={first?.depth.dead ?? 0} />}
    >
      <Lag />
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Search"
          placeholder="An object, such as issue 123"
          w={{ base: "100%", xs: 260 }}
          defaultValue={filter.q}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <Select
          label="State"
          placeholder="All"
          clearable
          w={170}
          data={states}
          value={filter.state || null}
          onChange={(state) => set({ state: state ?? "" })}
        />
        <Select
          label="Event"
          placeholder="All"
          clearable
          searchable
          w={200}
          data={first?.names ?? []}
          value={filter.name || null}
          onChange={(name) => set({ name: name ?? "" })}
        />
      </Group>
      {list.error && !events && <Failed error={list.error} retry={list.refetch} />}
      {!events && !list.error && <PageLoading />}
      {events && (
        <Card withBorder padding={0}>
          {events.length > 0 ? (
            <EventTable events={events} />
          ) : isFiltered ? (
            <Center p="xl">No event matches.</Center>
          ) : (
            <Empty icon={BoltIcon} title="No event yet">
              The next change in Sentry shows here by itself.
            </Empty>
          )}
        </Card>
      )}
      {list.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Earlier ones
          </Button>
        </Group>
      )}
    </Page>
  )
}

function Lag() {
  const { data } = useLag(60)
  if (!data?.some(({ received, done }) => received + done > 0)) return null
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        From Sentry's webhook to the catalog, in the last hour
      </Title>
      <Suspense fallback={<Skeleton height={150} />}>
        <LagChart buckets={data} />
      </Suspense>
    </Card>
  )
}

function EventTable({ events }: { events: readonly LiveEvent[] }) {
  return (
    <Table.ScrollContainer minWidth={820} type="native">
      <Table highlightOnHover verticalSpacing="xs" horizontalSpacing="md" fz="sm" aria-label="Live events">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Event</Table.Th>
            <Table.Th scope="col">About</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">What became of it</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              After
            </Table.Th>
            <Table.Th scope="col">Received</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.id}>
              <Table.Td>
                <Link href={`/live-events/${event.id}`} className={classes.link}>
                  {event.name}
                </Link>
              </Table.Td>
              <Table.Td>{event.key}</Table.Td>
              <Table.Td>
                <Status state={event.state} />
              </Table.Td>
              <Table.Td maw={360}>
                <Text size="sm" truncate title={event.outcome ?? ""}>
                  {event.outcome ?? ""}
                </Text>
                {!event.trusted && (
                  <Badge variant="default" tt="none" size="sm">
                    not signed
                  </Badge>
                )}
              </Table.Td>
              <Table.Td className={classes.number}>
                {event.lagMs === null ? "" : duration(event.lagMs)}
              </Table.Td>
              <Table.Td>
                <TimeAgo at={event.receivedAt} inherit />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function ReplayAll({ dead }: { dead: number }) {
  const replay = useReplay()
  const mayChange = useMayChange()
  if (dead === 0 || !mayChange) return null
  const all = () =>
    replay.mutate(
      { allDead: true },
      {
        onSuccess: ({ replayed }) =>
          notifications.show({ message: `${counted(replayed, "event")} will be tried again.` }),
        onError: (error) => notifications.show({ color: "red", message: describe(error).message }),
      },
    )
  return (
    <Button loading={replay.isPending} onClick={all}>
      Try {counted(dead, "given-up event")} again
    </Button>
  )
}

function NoneReceived({ error }: { error: ApiError }) {
  return (
    <Page title="Live events">
      <Empty
        icon={BoltIcon}
        title="No live events are received"
        action={
          <Button component={Link} href="/ingest-data" mt="sm">
            How to set them up
          </Button>
        }
      >
        {error.message} {error.hint}
      </Empty>
    </Page>
  )
}
