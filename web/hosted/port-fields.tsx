// Where an installation writes.
import { Card, Radio, Stack, TextInput, Title } from "@mantine/core"
import type { SectionProps } from "./installation-form.tsx"
import { SecretField } from "./secret-field.tsx"

export function PortFields(section: SectionProps) {
  const { about, fields, set, errorAt, disabled } = section
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Port
      </Title>
      <Stack gap="sm" maw={560}>
        {(about.port.hasCredentials || fields.port === "host") && (
          <Radio.Group
            label="Credentials"
            value={fields.port}
            onChange={(port) => set({ port: port as typeof fields.port })}
            error={fields.port === "host" ? errorAt("port") : undefined}
          >
            <Stack gap={6} mt={6}>
              <Radio value="host" label={`Those of the host, at ${about.port.baseUrl}`} disabled={disabled} />
              <Radio value="own" label="Its own" disabled={disabled} />
            </Stack>
          </Radio.Group>
        )}
        {fields.port === "own" && <OwnPort {...section} />}
        <TextInput
          label="Identifier in Port"
          description="What the integration is called there. Two of one identifier in one Port would delete each other's entities."
          placeholder="sentry-<name>"
          autoComplete="off"
          disabled={disabled}
          value={fields.identifier}
          error={errorAt("identifier")}
          onChange={(event) => set({ identifier: event.currentTarget.value })}
        />
      </Stack>
    </Card>
  )
}

function OwnPort({ known, fields, set, secrets, setSecret, errorAt, isSet, disabled }: SectionProps) {
  const unreadable = known?.unreadable?.["port.clientSecret"]
  return (
    <>
      <TextInput
        label="Address"
        description="Port's API: in the US https://api.us.getport.io."
        type="url"
        autoComplete="off"
        disabled={disabled}
        value={fields.baseUrl}
        error={errorAt("port.baseUrl")}
        onChange={(event) => set({ baseUrl: event.currentTarget.value })}
      />
      <TextInput
        label="Client id"
        required
        autoComplete="off"
        disabled={disabled}
        value={fields.clientId}
        error={errorAt("port.clientId")}
        onChange={(event) => set({ clientId: event.currentTarget.value })}
      />
      <SecretField
        label="Client secret"
        required={!known}
        isSet={isSet("port.clientSecret")}
        unreadable={unreadable}
        value={secrets["port.clientSecret"]}
        change={(value) => setSecret({ "port.clientSecret": value })}
        disabled={disabled}
        error={errorAt("port.clientSecret")}
      />
    </>
  )
}
