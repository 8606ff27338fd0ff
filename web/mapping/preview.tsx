// What a resource of the mapping makes of real objects: the object, its entities, and what is null and why.
import { ArrowPathIcon, BeakerIcon } from "@heroicons/react/24/outline"
import {
  Accordion,
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  List,
  Select,
  Stack,
  Tabs,
  Text,
  Title,
} from "@mantine/core"
import { useEffect, useMemo, useState } from "react"
import { type EvaluatedResource, useEvaluated, useFetchSamples, useSamples } from "../api/mapping.ts"
import { useMayChange } from "../api/session.ts"
import { JsonView } from "../components/json-view.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { counted } from "../duration.ts"
import { resourcesOf } from "./resources-of.ts"

interface PreviewProps {
  /** Without a mistake; undefined until there was one. */
  text: string | undefined
  goTo: (line: number | undefined) => void
}

export function Preview({ text, goTo }: PreviewProps) {
  const resources = useMemo(() => (text === undefined ? [] : resourcesOf(text)), [text])
  const [chosen, setChosen] = useState(0)
  const resource = resources[chosen] ?? resources[0]
  const evaluated = useEvaluated(text, resource?.index ?? 0)
  const samples = useSamples(resource?.kind)
  const shown = evaluated.data?.resources.find(({ index }) => index === resource?.index)
  // Where none were kept, what was just evaluated was read for it, and is kept since.
  const { dataUpdatedAt } = evaluated
  const { refetch } = samples
  const areNoneKept = samples.data?.fetchedAt === null
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each evaluation
  useEffect(() => {
    if (areNoneKept && dataUpdatedAt > 0) void refetch()
  }, [dataUpdatedAt])
  if (text === undefined) {
    return (
      <Empty icon={BeakerIcon} title="Nothing to show yet">
        As soon as the text has no mistake, this shows what it makes of real objects.
      </Empty>
    )
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Select
          label="Resource"
          allowDeselect={false}
          data={resources.map(({ index, kind, blueprint }) => ({
            value: String(index),
            label: `${index + 1}. ${kind} → ${blueprint}`,
          }))}
          value={resource ? String(resource.index) : null}
          onChange={(value) => setChosen(Number(value))}
          flex="1 1 220px"
        />
        {resource && <FetchSamples kind={resource.kind} at={samples.data?.fetchedAt ?? null} />}
      </Group>
      {evaluated.error && <Failed error={evaluated.error} retry={evaluated.refetch} />}
      {samples.error && <Failed error={samples.error} retry={samples.refetch} />}
      {evaluated.isPending && <PageLoading />}
      {shown && (
        <Outcome
          shown={shown}
          raw={samples.data?.samples ?? []}
          goTo={goTo}
          isStale={evaluated.isPlaceholderData}
        />
      )}
    </Stack>
  )
}

function FetchSamples({ kind, at }: { kind: string; at: string | null }) {
  const fetchThem = useFetchSamples()
  const mayChange = useMayChange()
  return (
    <Stack gap={2} align="flex-end">
      {mayChange && (
        <Button
          variant="default"
          leftSection={<ArrowPathIcon width={16} />}
          loading={fetchThem.isPending}
          onClick={() => fetchThem.mutate(kind)}
        >
          Fetch samples
        </Button>
      )}
      <Text size="xs" c={fetchThem.error ? "red" : "dimmed"}>
        {fetchThem.error ? (
          fetchThem.error.message
        ) : at ? (
          <>
            fetched <TimeAgo at={at} inherit />
          </>
        ) : mayChange ? (
          "none kept yet: fetch some from Sentry"
        ) : (
          "none kept yet"
        )}
      </Text>
    </Stack>
  )
}

interface OutcomeProps {
  shown: EvaluatedResource
  raw: readonly { id: string; raw: unknown }[]
  goTo: PreviewProps["goTo"]
  isStale: boolean
}

function Outcome({ shown, raw, goTo, isStale }: OutcomeProps) {
  const mayChange = useMayChange()
  if (shown.read === 0) {
    return (
      <Empty icon={BeakerIcon} title={`No object of ${shown.kind} to try it on`}>
        {mayChange
          ? "“Fetch samples” reads a few from Sentry now. Where it finds none, Sentry has none that the token may see and the selector takes."
          : "Somebody who may change things can fetch some from Sentry."}
      </Empty>
    )
  }
  const facts = [
    `${counted(shown.read, "object")} → ${counted(shown.entities.length, "entity", "entities")}`,
    shown.filteredOut.length > 0 && `${shown.filteredOut.length} did not pass the query`,
    shown.excluded.length > 0 && `${shown.excluded.length} not selected`,
    shown.without > 0 && `${shown.without} without an identifier or blueprint`,
  ].filter((fact) => fact !== false)
  return (
    <Stack gap="md" opacity={isStale ? 0.55 : 1}>
      <Text size="sm">{facts.join(", ")}.</Text>
      {shown.failures.length > 0 && (
        <Alert color="red" variant="light" title="Could not be mapped">
          <List size="sm">
            {shown.failures.map(({ object, reason }) => (
              <List.Item key={`${object} ${reason}`}>
                {object}: {reason}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Nulls nulls={shown.nulls} goTo={goTo} />
      <Entities shown={shown} raw={raw} />
    </Stack>
  )
}

function Nulls({ nulls, goTo }: { nulls: EvaluatedResource["nulls"]; goTo: PreviewProps["goTo"] }) {
  if (nulls.length === 0) return null
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        What is null, and why
      </Title>
      <Stack gap={6}>
        {nulls.map(({ path, expression, count, of, why, line }) => (
          <Text size="sm" key={path}>
            <Anchor component="button" type="button" inherit onClick={() => goTo(line ?? undefined)}>
              {path}
            </Anchor>{" "}
            <Text span inherit ff="monospace" fz="xs">
              {expression}
            </Text>{" "}
            <Text span inherit c="dimmed">
              {count} of {of}: {why}
            </Text>
          </Text>
        ))}
      </Stack>
    </Card>
  )
}

function Entities({ shown, raw }: Pick<OutcomeProps, "shown" | "raw">) {
  return (
    <Accordion variant="separated" multiple defaultValue={["0"]}>
      {shown.entities.map(({ object, entity, nulls, problems }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two entities of a sample may be equal
        <Accordion.Item key={index} value={String(index)}>
          <Accordion.Control>
            <Group gap="xs">
              <Text size="sm" fw={500} truncate maw={380}>
                {textOf(entity.title) ?? textOf(entity.identifier)}
              </Text>
              {problems.length > 0 && (
                <Badge color="red" variant="outline" tt="none">
                  {counted(problems.length, "problem")}
                </Badge>
              )}
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            {problems.map(({ field, message }) => (
              <Text key={`${field} ${message}`} size="sm" mb="xs">
                <Text span inherit fw={500}>
                  {field}
                </Text>{" "}
                {message}
              </Text>
            ))}
            {nulls.length > 0 && (
              <Text size="sm" c="dimmed" mb="xs">
                Null: {nulls.map(({ path }) => path).join(", ")}
              </Text>
            )}
            <Tabs defaultValue="entity" variant="pills">
              <Tabs.List>
                <Tabs.Tab value="entity">Entity</Tabs.Tab>
                <Tabs.Tab value="object">Object of Sentry</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="entity">
                <JsonView value={entity} maxHeight={420} />
              </Tabs.Panel>
              <Tabs.Panel value="object">
                <RawObject found={raw.find(({ id }) => id === object)} />
              </Tabs.Panel>
            </Tabs>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

function RawObject({ found }: { found: { raw: unknown } | undefined }) {
  if (found) return <JsonView value={found.raw} maxHeight={420} />
  return (
    <Text size="sm" c="dimmed" mt="xs">
      This object is not kept: objects are kept for half an hour, for the selector that is saved. “Fetch
      samples” above reads some again; an object that only a changed selector takes shows once the mapping is
      saved.
    </Text>
  )
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === "string" ? value : JSON.stringify(value)
}
