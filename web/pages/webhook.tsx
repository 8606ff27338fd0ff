// A webhook data source: its settings, its address, and the events that came.
import { Button, Card, Group, Modal, Stack, Text, Title } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { useLocation, useSearchParams } from "wouter"
import { path } from "../api/http.ts"
import { useMayChange } from "../api/session.ts"
import { useDeleteWebhook, useWebhook, type Webhook } from "../api/webhooks.ts"
import { CopyLine } from "../components/copy-line.tsx"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { Way } from "../components/way.tsx"
import { WebhookEvents } from "../ingest/webhook-events.tsx"
import { WebhookForm } from "../ingest/webhook-form.tsx"

export function NewWebhook() {
  const [, go] = useLocation()
  const [parameters] = useSearchParams()
  return (
    <Page
      title="New webhook data source"
      above={<Way to={[["Ingest data", "/ingest-data"]]} here="Webhook" />}
      about="Whatever can send JSON; a mapping makes entities of it."
    >
      <WebhookForm
        blueprint={parameters.get("blueprint") ?? undefined}
        saved={({ identifier }) => go(path`/ingest-data/webhooks/${identifier}`)}
      />
    </Page>
  )
}

export function WebhookPage({ id }: { id: string }) {
  const { data, error, refetch } = useWebhook(id)
  const mayChange = useMayChange()
  if (!data) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  return (
    <Page
      title={data.title}
      above={<Way to={[["Ingest data", "/ingest-data"]]} here="Webhook" />}
      about={data.description}
      actions={<Delete webhook={data} />}
    >
      {mayChange && <Address url={data.url} />}
      <WebhookEvents webhook={data} />
      <WebhookForm key={data.updatedAt} webhook={data} saved={() => undefined} />
    </Page>
  )
}

function Address({ url }: { url: string }) {
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        Where events are sent to
      </Title>
      <CopyLine text={url} what="the address" />
    </Card>
  )
}

function Delete({ webhook }: { webhook: Webhook }) {
  const [isAsked, { open, close }] = useDisclosure()
  const [, go] = useLocation()
  const remove = useDeleteWebhook()
  const mayChange = useMayChange()
  if (!mayChange) return null
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete
      </Button>
      <Modal opened={isAsked} onClose={close} title={`Delete “${webhook.title}”?`}>
        <Stack>
          <Text size="sm">
            Its address stops working, and its events are gone. Entities that it made stay.
          </Text>
          {remove.error && <Failed error={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button
              color="red"
              loading={remove.isPending}
              onClick={() => remove.mutate(webhook.identifier, { onSuccess: () => go("/ingest-data") })}
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
