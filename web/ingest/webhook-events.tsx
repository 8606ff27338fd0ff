// The events of a data source, newest first, and a way to send one by hand.
import { PaperAirplaneIcon } from "@heroicons/react/24/outline"
import { Accordion, Anchor, Badge, Button, Card, Group, JsonInput, Stack, Text, Title } from "@mantine/core"
import { useState } from "react"
import { Link } from "wouter"
import { path } from "../api/http.ts"
import { useMayChange } from "../api/session.ts"
import { useSendTestEvent, useWebhookEvents, type Webhook, type WebhookEvent } from "../api/webhooks.ts"
import { JsonView } from "../components/json-view.tsx"
import { Failed } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { examplePayload, isJson } from "./payload.ts"

export function WebhookEvents({ webhook }: { webhook: Webhook }) {
  const { data, error, refetch } = useWebhookEvents(webhook.identifier)
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        Events
      </Title>
      {error && <Failed error={error} retry={refetch} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed" mb="sm">
          None yet. The first one shows here by itself.
        </Text>
      )}
      {data && data.length > 0 && (
        <Accordion multiple mb="sm">
          {data.map((event) => (
            <EventItem key={event.id} event={event} />
          ))}
        </Accordion>
      )}
      <TestEvent webhook={webhook} />
    </Card>
  )
}

const words: Record<WebhookEvent["status"], [state: string, text: string]> = {
  waiting: ["waiting", "Waiting"],
  done: ["done", "Done"],
  failed: ["failed", "Failed"],
  refused: ["denied", "Signature refused"],
  duplicate: ["cancelled", "Came before"],
  dropped: ["cancelled", "Dropped: the source is disabled"],
}

function EventItem({ event }: { event: WebhookEvent }) {
  const [state, text] = words[event.status]
  const entities =
    event.mappings?.flatMap(({ blueprint, entities }) => entities.map((one) => ({ blueprint, ...one }))) ?? []
  return (
    <Accordion.Item value={event.id}>
      <Accordion.Control>
        <Group gap="md">
          <Status state={state} text={text} />
          <Text size="sm" c="dimmed">
            <TimeAgo at={event.receivedAt} inherit />
          </Text>
          {event.signature === "no-secret" && (
            <Badge variant="default" tt="none">
              not checked: no secret
            </Badge>
          )}
          <Text size="sm">{event.error}</Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="xs">
          {event.mappings?.map(({ blueprint, result, error }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a mapping's place is its name
            <Text size="sm" key={index}>
              Mapping {index + 1}, into {blueprint}: {result}
              {error && `, ${error}`}
            </Text>
          ))}
          {entities.map(({ blueprint, identifier, result, error }) => (
            <Text size="sm" key={`${blueprint} ${identifier}`}>
              {identifier === null ? (
                "an entity"
              ) : (
                <Anchor component={Link} href={path`/entities/${blueprint}/${identifier}`} inherit>
                  {identifier}
                </Anchor>
              )}{" "}
              {result}
              {error && `: ${error}`}
            </Text>
          ))}
          <JsonView value={event.body} maxHeight={320} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  )
}

function TestEvent({ webhook }: { webhook: Webhook }) {
  const [text, setText] = useState(examplePayload)
  const send = useSendTestEvent(webhook)
  const mayChange = useMayChange()
  if (!mayChange) return null
  const { secret, signatureHeaderName, signatureAlgorithm } = webhook.security
  const isChecked = Boolean(secret && signatureHeaderName && signatureAlgorithm)
  return (
    <Stack gap="xs" mt="sm">
      <JsonInput
        label="Payload of a test event"
        description={
          isChecked
            ? "It is sent without a signature, so that this data source refuses it: a way to see that it does."
            : "It is sent as any sender does, and its entities are written."
        }
        autosize
        minRows={4}
        maxRows={16}
        validationError="This is not JSON."
        formatOnBlur
        value={text}
        onChange={setText}
      />
      {send.error && <Failed error={send.error} />}
      <Group>
        <Button
          variant="default"
          leftSection={<PaperAirplaneIcon width={16} />}
          loading={send.isPending}
          disabled={!isJson(text)}
          onClick={() => send.mutate(JSON.parse(text))}
        >
          Send it
        </Button>
      </Group>
    </Stack>
  )
}
