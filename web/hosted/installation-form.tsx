// The form of an installation: where it reads, where it writes, and when. Secrets are set and replaced, never shown.
import { Button, Card, Group, Stack, TextInput } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { type FormEvent, useEffect, useRef, useState } from "react"
import { ApiError } from "../api/http.ts"
import {
  type HostAbout,
  type Installation,
  type SecretPath,
  useSaveInstallation,
} from "../api/installations.ts"
import { Failed } from "../components/states.tsx"
import {
  fieldsOf,
  type InstallationFields,
  missingIn,
  newFields,
  orderOf,
  type SecretFields,
} from "./installation-order.ts"
import { MappingFields } from "./mapping-fields.tsx"
import { PortFields } from "./port-fields.tsx"
import { SentryFields } from "./sentry-fields.tsx"
import { WorkFields } from "./work-fields.tsx"

export interface SectionProps {
  about: HostAbout
  known: Installation | undefined
  fields: InstallationFields
  set: (part: Partial<InstallationFields>) => void
  secrets: SecretFields
  setSecret: (part: SecretFields) => void
  /** What the server says is wrong, by place. */
  errorAt: (place: string) => string | undefined
  /** Whether there is such a secret already. */
  isSet: (path: SecretPath) => boolean
  disabled: boolean
}

interface InstallationFormProps {
  about: HostAbout
  /** Of one that is there; its form is a new one whenever it was saved. */
  known?: Installation
  disabled?: boolean
  saved: (installation: Installation) => void
}

export function InstallationForm({ about, known, disabled = false, saved }: InstallationFormProps) {
  const save = useSaveInstallation({ isNew: known === undefined })
  const [name, setName] = useState("")
  const [begun, setBegun] = useState(() => (known ? fieldsOf(known) : newFields(about)))
  const [fields, setFields] = useState(begun)
  /** Begins the fields of secrets anew. */
  const [saves, setSaves] = useState(0)
  const [secrets, setSecrets] = useState<SecretFields>({})
  const order = orderOf(fields, secrets, known && begun)
  const isChanged = known === undefined || Object.keys(order).length > 0
  // What somebody made without a secret by the API can be changed without one too.
  const isThere = (path: SecretPath) =>
    isSet(path) ||
    (known !== undefined && (path !== "port.clientSecret" || known.target.credentials === "own"))
  const form = useRef<HTMLFormElement>(null)
  const [missing, setMissing] = useState<Record<string, string>>({})
  const wrong = { ...fieldErrors(save.error), ...missing }
  const isSet = (path: SecretPath) =>
    known?.secrets.includes(path) === true || known?.unreadable?.[path] !== undefined

  // Whoever sends a form by the keyboard, or with a reader, is at the first field that is wrong.
  useEffect(() => {
    if (save.error || Object.keys(missing).length > 0)
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()
  }, [save.error, missing])

  const begin = (from: InstallationFields) => {
    setBegun(from)
    setFields(from)
    setSecrets({})
    setSaves((count) => count + 1)
  }

  // What somebody else has saved shows, unless that would take away what is being typed here.
  const there = known && JSON.stringify(fieldsOf(known))
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is there by now makes it begin anew
  useEffect(() => {
    if (there !== undefined && !isChanged) begin(JSON.parse(there) as InstallationFields)
  }, [there])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const left = missingIn(fields, { name: known?.id ?? name, secrets, isThere })
    setMissing(left)
    if (Object.keys(left).length > 0) return save.reset()
    save.mutate(
      { id: known?.id ?? name.trim(), order },
      {
        onSuccess(result) {
          notifications.show({
            message: known
              ? "Saved. It holds for the next run."
              : "Created. Its first resync starts in a moment.",
          })
          if (known) begin(fieldsOf(result))
          saved(result)
        },
      },
    )
  }
  const section: SectionProps = {
    about,
    known,
    fields,
    set: (part) => setFields((before) => ({ ...before, ...part })),
    secrets,
    setSecret: (part) => setSecrets((before) => ({ ...before, ...part })),
    errorAt: errorsOf(wrong),
    isSet,
    disabled,
  }
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label={known ? "Settings" : "New installation"}>
      <Stack gap="lg">
        {known === undefined && (
          <Card withBorder>
            <TextInput
              maw={560}
              label="Name"
              description="Lower-case letters, digits and hyphens. It is part of the webhook address and cannot be changed."
              placeholder="acme"
              required
              autoFocus
              autoComplete="off"
              value={name}
              error={section.errorAt("id")}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </Card>
        )}
        <SentryFields key={`sentry ${saves}`} {...section} />
        <PortFields key={`port ${saves}`} {...section} />
        <WorkFields {...section} />
        <MappingFields key={`mapping ${saves}`} {...section} />
        {save.error && <SaveFailed error={save.error} />}
        {!disabled && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!isChanged}>
              {known ? "Save" : "Create"}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  )
}

/** Each is told at its field; here only that there are some, and what belongs to no field. */
function SaveFailed({ error }: { error: unknown }) {
  const fields = fieldErrors(error)
  if (!fields) return <Failed error={error} />
  return (
    <Failed
      error={
        new ApiError(422, {
          message: "Nothing was saved: something above is not as it must be.",
          hint: Object.entries(fields)
            .map(([place, what]) => `${place}: ${what}`)
            .join("; "),
        })
      }
    />
  )
}

/** What is wrong at a place or below it. */
function errorsOf(wrong: Record<string, string>): (place: string) => string | undefined {
  const places = Object.entries(wrong)
  return (place) => {
    const found = places.find(
      ([at]) => at === place || at.startsWith(`${place}.`) || at.startsWith(`${place}[`),
    )
    if (!found) return undefined
    const [at, what] = found
    return sentence(at === place ? what : `${at}: ${what}`)
  }
}

function fieldErrors(error: unknown): Record<string, string> | undefined {
  if (!(error instanceof ApiError)) return undefined
  return (error.body as { fields?: Record<string, string> } | undefined)?.fields // as the host's API documents it
}

function sentence(text: string): string {
  const words = text === "empty" ? "It must not be empty" : text
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`
}
