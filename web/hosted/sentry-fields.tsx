// Where an installation reads.
import { Card, Stack, TextInput, Title } from "@mantine/core"
import type { SectionProps } from "./installation-form.tsx"
import { SecretField } from "./secret-field.tsx"

export function SentryFields({
  known,
  fields,
  set,
  secrets,
  setSecret,
  errorAt,
  isSet,
  disabled,
}: SectionProps) {
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Sentry
      </Title>
      <Stack gap="sm" maw={560}>
        <TextInput
          label="Organization"
          description="Its slug, as in the address of its pages."
          placeholder="acme"
          required
          autoComplete="off"
          disabled={disabled}
          value={fields.organization}
          error={errorAt("sentry.organization")}
          onChange={(event) => set({ organization: event.currentTarget.value })}
        />
        <TextInput
          label="Sentry host"
          required
          type="url"
          autoComplete="off"
          disabled={disabled}
          value={fields.host}
          error={errorAt("sentry.host")}
          onChange={(event) => set({ host: event.currentTarget.value })}
        />
        <SecretField
          label="Token"
          description="Of an internal integration, or a personal one; it needs to read the organization, projects, teams, members and issues."
          required={!known}
          isSet={isSet("sentry.token")}
          unreadable={known?.unreadable?.["sentry.token"]}
          value={secrets["sentry.token"]}
          change={(value) => setSecret({ "sentry.token": value })}
          disabled={disabled}
          error={errorAt("sentry.token")}
        />
        <SecretField
          label="Webhook secret"
          description="The client secret of the integration in Sentry that sends the webhooks. Without it no webhooks are taken."
          isSet={isSet("sentry.webhookSecret")}
          unreadable={known?.unreadable?.["sentry.webhookSecret"]}
          value={secrets["sentry.webhookSecret"]}
          change={(value) => setSecret({ "sentry.webhookSecret": value })}
          mayGo
          disabled={disabled}
          error={errorAt("sentry.webhookSecret")}
        />
      </Stack>
    </Card>
  )
}
