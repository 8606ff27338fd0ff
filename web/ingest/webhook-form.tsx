// The form of a webhook data source: basic details, the mapping, and how its sender is known.
import {
  Accordion,
  Button,
  Card,
  Group,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { type FormEvent, lazy, Suspense, useState } from "react"
import { useMayChange } from "../api/session.ts"
import { useSaveWebhook, type Webhook, type WebhookSecurity } from "../api/webhooks.ts"
import { Failed, PageLoading } from "../components/states.tsx"
import classes from "./ingest.module.css"
import { newMapping } from "./new-mapping.ts"
import { TryPayload } from "./try-payload.tsx"

const Editor = lazy(async () => ({ default: (await import("../editor/yaml-editor.tsx")).Editor }))

interface WebhookFormProps {
  webhook?: Webhook
  /** Of a new one: what its mapping begins with. */
  blueprint?: string | undefined
  saved: (webhook: Webhook) => void
}

export function WebhookForm({ webhook, blueprint, saved }: WebhookFormProps) {
  const mayChange = useMayChange()
  const save = useSaveWebhook(webhook)
  const [title, setTitle] = useState(webhook?.title ?? "")
  const [identifier, setIdentifier] = useState<string>()
  const [description, setDescription] = useState(webhook?.description ?? "")
  const [isEnabled, setEnabled] = useState(webhook?.enabled ?? true)
  const [mapping, setMapping] = useState(() =>
    JSON.stringify(webhook?.mappings ?? [newMapping(blueprint)], null, 2),
  )
  const [security, setSecurity] = useState<WebhookSecurity>(webhook?.security ?? {})
  const parsed = parse(mapping)
  const named = identifier ?? identifierFor(title)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!parsed.ok) return
    const settings = {
      title,
      description: description || null,
      enabled: isEnabled,
      mappings: parsed.value,
      security: withoutMask(security),
    }
    save.mutate(webhook ? settings : { identifier: named, ...settings }, {
      onSuccess: (result) => {
        notifications.show({ message: webhook ? "Saved." : "Created." })
        saved(result)
      },
    })
  }
  return (
    <form onSubmit={submit}>
      <Card withBorder padding={0}>
        <Accordion multiple defaultValue={webhook ? [] : ["details", "mapping"]}>
          <Accordion.Item value="details">
            <Accordion.Control>Basic details</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="sm" maw={560}>
                <TextInput
                  label="Title"
                  required
                  maxLength={30}
                  value={title}
                  onChange={(event) => setTitle(event.currentTarget.value)}
                />
                {!webhook && (
                  <TextInput
                    label="Identifier"
                    required
                    maxLength={30}
                    value={named}
                    onChange={(event) => setIdentifier(event.currentTarget.value)}
                  />
                )}
                <Textarea
                  label="Description"
                  maxLength={200}
                  autosize
                  value={description}
                  onChange={(event) => setDescription(event.currentTarget.value)}
                />
                <Switch
                  label="Enabled: events are worked on"
                  checked={isEnabled}
                  onChange={(event) => setEnabled(event.currentTarget.checked)}
                />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="mapping">
            <Accordion.Control>Integration configuration</Accordion.Control>
            <Accordion.Panel>
              <Text size="sm" mb="xs">
                A list of mappings in JSON. jq sees <code>.body</code>, <code>.headers</code> and{" "}
                <code>.queryParams</code> of an event.
              </Text>
              <div className={classes.editor}>
                <Suspense fallback={<PageLoading />}>
                  <Editor
                    label="The mappings as JSON"
                    language="json"
                    value={mapping}
                    onChange={setMapping}
                  />
                </Suspense>
              </div>
              {!parsed.ok && (
                <Text size="sm" c="red" mt="xs" role="alert">
                  {parsed.why}
                </Text>
              )}
              {mayChange && <TryPayload mappings={parsed.ok ? parsed.value : undefined} />}
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="security">
            <Accordion.Control>Advanced settings</Accordion.Control>
            <Accordion.Panel>
              <Security security={security} change={setSecurity} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Card>
      {save.error && <Failed error={save.error} />}
      {mayChange && (
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={save.isPending} disabled={title.trim() === "" || !parsed.ok}>
            {webhook ? "Save" : "Create"}
          </Button>
        </Group>
      )}
    </form>
  )
}

function Security({
  security,
  change,
}: {
  security: WebhookSecurity
  change: (security: WebhookSecurity) => void
}) {
  const set = (part: WebhookSecurity) => change({ ...security, ...part })
  return (
    <Stack gap="sm" maw={560}>
      <PasswordInput
        label="Secret"
        description="The sender signs with it. What is not signed so is refused."
        autoComplete="new-password"
        value={security.secret ?? ""}
        onChange={(event) => set({ secret: event.currentTarget.value })}
      />
      <TextInput
        label="Signature header"
        placeholder="sentry-hook-signature"
        value={security.signatureHeaderName ?? ""}
        onChange={(event) => set({ signatureHeaderName: event.currentTarget.value })}
      />
      <Select
        label="Signature algorithm"
        placeholder="None: not checked"
        clearable
        data={[
          { value: "sha256", label: "SHA-256" },
          { value: "sha1", label: "SHA-1" },
          { value: "plain", label: "The secret itself" },
        ]}
        value={security.signatureAlgorithm || null}
        onChange={(value) =>
          set({ signatureAlgorithm: (value ?? "") as NonNullable<WebhookSecurity["signatureAlgorithm"]> })
        }
      />
      <TextInput
        label="Signature prefix"
        placeholder="sha256="
        value={security.signaturePrefix ?? ""}
        onChange={(event) => set({ signaturePrefix: event.currentTarget.value })}
      />
      <TextInput
        label="Request id (jq)"
        description="An event with an id that was done before is not done again."
        placeholder='.headers."request-id"'
        value={security.requestIdentifierPath ?? ""}
        onChange={(event) => set({ requestIdentifierPath: event.currentTarget.value })}
      />
    </Stack>
  )
}

function parse(text: string): { ok: true; value: unknown[] } | { ok: false; why: string } {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value)
      ? { ok: true, value }
      : { ok: false, why: "The mappings are a list, between [ and ]." }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

/** `My Sentry issues` → `my_sentry_issues`. */
function identifierFor(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9@_.+:/=-]+/g, "_")
    .slice(0, 30)
}

/** A secret that is shown masked is left as it is; the server keeps what is not sent. */
function withoutMask({ secret, ...rest }: WebhookSecurity): WebhookSecurity {
  return secret === undefined || secret === null || /^\*+$/.test(secret) ? rest : { secret, ...rest }
}
