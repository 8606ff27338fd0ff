// How the mapping of an installation begins, or what it is.
import { Button, Card, Group, Select, Stack, Text, Title } from "@mantine/core"
import { lazy, Suspense, useState } from "react"
import { PageLoading } from "../components/states.tsx"
import classes from "../ingest/ingest.module.css"
import type { SectionProps } from "./installation-form.tsx"

const Editor = lazy(async () => ({ default: (await import("../editor/yaml-editor.tsx")).Editor }))

const template = `resources:
  - kind: issue
    selector:
      query: 'true'
    port:
      entity:
        mappings:
          identifier: .id
          title: .title
          blueprint: '"sentryIssue"'
          properties: {}
`

export function MappingFields({ about, known, fields, set, errorAt, disabled }: SectionProps) {
  const [isOwn, setOwn] = useState(fields.mapping !== "")
  const chosen = about.presets.find(({ name }) => name === fields.preset)
  const error = errorAt("mapping")
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Mapping
      </Title>
      <Stack gap="sm">
        {!isOwn && (
          <Select
            maw={560}
            label="Begins with"
            description="For a first start; from then on the mapping is changed in Port."
            placeholder="The documentation's default mapping"
            clearable
            data={about.presets.map(({ name }) => name)}
            disabled={disabled}
            value={fields.preset || null}
            error={errorAt("preset")}
            onChange={(preset) => set({ preset: preset ?? "" })}
          />
        )}
        {!isOwn && chosen && (
          <Text size="sm" c="dimmed" maw={560}>
            {chosen.text}
          </Text>
        )}
        {isOwn && (
          <>
            <Text size="sm">
              As in Port's mapping editor. It decides: whenever Port has another one, this one is written
              there.
            </Text>
            <div className={classes.editor}>
              <Suspense fallback={<PageLoading />}>
                <Editor
                  label="The mapping as YAML"
                  value={fields.mapping}
                  onChange={(mapping) => set({ mapping })}
                  readOnly={disabled}
                />
              </Suspense>
            </div>
            {error && (
              <Text size="sm" c="var(--mantine-color-error)" role="alert">
                {error}
              </Text>
            )}
          </>
        )}
        {!disabled && (
          <Group>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                set({ mapping: isOwn ? "" : known?.mappingText || template })
                setOwn(!isOwn)
              }}
            >
              {isOwn ? "Leave the mapping to Port" : "Write a mapping here instead"}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  )
}
