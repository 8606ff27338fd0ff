import {
  Anchor,
  Badge,
  Button,
  Card,
  CloseButton,
  Code,
  Group,
  Stack,
  Tabs,
  Text,
  Title,
} from "@mantine/core"
import { Link } from "wouter"
import { type Blueprint, blueprintTitle, type Property, useEntityCount } from "../api/blueprints.ts"
import { path } from "../api/http.ts"
import { JsonView } from "../components/json-view.tsx"
import { counted } from "../duration.ts"
import classes from "./blueprints.module.css"

interface BlueprintPanelProps {
  blueprint: Blueprint
  all: readonly Blueprint[]
  close: () => void
  choose: (identifier: string) => void
}

/** The schema of a blueprint, for reading; the JSON for taking along. */
export function BlueprintPanel({ blueprint, all, close, choose }: BlueprintPanelProps) {
  const { data: count } = useEntityCount(blueprint.identifier)
  const calculated = {
    ...blueprint.mirrorProperties,
    ...blueprint.calculationProperties,
    ...blueprint.aggregationProperties,
  }
  return (
    <Card withBorder className={classes.panel} component="section" aria-label={blueprintTitle(blueprint)}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2}>{blueprintTitle(blueprint)}</Title>
          <Code>{blueprint.identifier}</Code>
        </div>
        <CloseButton aria-label="Close" onClick={close} />
      </Group>
      {blueprint.description && (
        <Text size="sm" c="dimmed" mt="xs">
          {blueprint.description}
        </Text>
      )}
      <Group my="md" gap="xs">
        <Button component={Link} href={path`/entities/${blueprint.identifier}`} size="xs">
          {count === undefined ? "Entities" : counted(count, "entity", "entities")}
        </Button>
        <Button
          component={Link}
          href={`/ingest-data?${new URLSearchParams({ blueprint: blueprint.identifier })}`}
          size="xs"
          variant="default"
        >
          Ingest data
        </Button>
      </Group>
      <Tabs defaultValue="schema">
        <Tabs.List mb="sm">
          <Tabs.Tab value="schema">Schema</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="schema">
          <Stack gap="sm">
            {Object.entries(blueprint.schema.properties).map(([name, property]) => (
              <PropertyLine
                key={name}
                name={name}
                property={property}
                isRequired={blueprint.schema.required.includes(name)}
              />
            ))}
            {Object.entries(calculated).map(([name, { title }]) => (
              <PropertyLine key={name} name={name} property={title ? { title } : {}} kind="calculated" />
            ))}
            {Object.entries(blueprint.relations).map(([name, { title, target, many, required }]) => (
              <div key={name}>
                <Text size="sm" fw={500}>
                  {title || name}
                </Text>
                <Text size="xs" c="dimmed">
                  relation{many ? " to many" : ""}
                  {required ? ", required" : ""} →{" "}
                  <Anchor component="button" type="button" inherit onClick={() => choose(target)}>
                    {all.find(({ identifier }) => identifier === target)?.title ?? target}
                  </Anchor>
                </Text>
              </div>
            ))}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <JsonView value={blueprint} />
        </Tabs.Panel>
      </Tabs>
    </Card>
  )
}

interface PropertyLineProps {
  name: string
  property: Property
  kind?: string
  isRequired?: boolean
}

function PropertyLine({ name, property, kind, isRequired = false }: PropertyLineProps) {
  const type = kind ?? [property.type, property.format].filter(Boolean).join(", ")
  return (
    <div>
      <Text size="sm" fw={500}>
        {property.title || name}
      </Text>
      <Text size="xs" c="dimmed">
        <Text span inherit ff="monospace">
          {name}
        </Text>{" "}
        {type}
        {isRequired ? ", required" : ""}
      </Text>
      {property.enum && (
        <Group gap={4} mt={4}>
          {property.enum.map((value) => (
            <Badge key={value} variant="default" size="sm" tt="none" fw={400}>
              {value}
            </Badge>
          ))}
        </Group>
      )}
    </div>
  )
}
