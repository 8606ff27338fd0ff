// One live event: its payload, and what became of it.
import { ArrowPathIcon, BoltIcon } from "@heroicons/react/24/outline"
import { Button, Card, SimpleGrid, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import { ApiError } from "../api/http.ts"
import { useLiveEvent, useReplay } from "../api/live-events.ts"
import { useMayChange } from "../api/session.ts"
import { JsonView } from "../components/json-view.tsx"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { Way } from "../components/way.tsx"
import { counted, duration } from "../duration.ts"

export function LiveEventPage({ id }: { id: number }) {
  const { data: event, error, refetch } = useLiveEvent(id)
  const replay = useReplay()
  const mayChange = useMayChange()
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Empty icon={BoltIcon} title="This event is not known">
        Events are kept for a while only. <Link href="/live-events">To those that are known</Link>
      </Empty>
    )
  }
  if (!event) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  const facts: [string, React.ReactNode][] = [
    ["State", <Status key="state" state={event.state} />],
    ["About", event.key],
    ["Received", <TimeAgo key="received" at={event.receivedAt} inherit />],
    ["In the catalog after", event.lagMs === null ? "–" : duration(event.lagMs)],
    ["Tries", event.attempts.toLocaleString()],
    ["Signature", event.trusted ? "signed with the secret" : "not signed: taken as a hint only"],
  ]
  return (
    <Page
      title={event.name}
      stale={{ error, retry: refetch }}
      above={<Way to={[["Live events", "/live-events"]]} here={event.id} />}
      actions={
        mayChange &&
        (event.state === "dead" || event.state === "done") && (
          <Button
            variant={event.state === "dead" ? "filled" : "default"}
            leftSection={<ArrowPathIcon width={18} />}
            loading={replay.isPending}
            onClick={() => replay.mutate({ ids: [event.id] })}
          >
            Try again
          </Button>
        )
      }
    >
      {replay.error && <Failed error={replay.error} />}
      <Card withBorder>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
          {facts.map(([title, value]) => (
            <div key={title}>
              <Text size="xs" c="dimmed">
                {title}
              </Text>
              <Text size="sm" component="div">
                {value}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        {event.outcome && (
          <Text size="sm" mt="md">
            {event.outcome}
          </Text>
        )}
      </Card>
      <Card withBorder>
        <Title order={2}>Payload</Title>
        {event.maskedFields > 0 && (
          <Text size="sm" c="dimmed">
            {counted(event.maskedFields, "field")} that may hold a secret{" "}
            {event.maskedFields === 1 ? "is" : "are"} masked.
          </Text>
        )}
        <JsonView value={event.body} maxHeight={520} />
      </Card>
      <Card withBorder>
        <Title order={2}>Headers</Title>
        <JsonView value={event.headers} />
      </Card>
    </Page>
  )
}
