import { Card, Grid, Stack, Table, Text, Title } from "@mantine/core"
import { lazy, Suspense } from "react"
import type { Blueprint } from "../api/blueprints.ts"
import type { Entity } from "../api/entities.ts"
import { useIncoming } from "../api/related.ts"
import { Value } from "../components/value.tsx"
import { cellOf, columnsOf } from "../entities/columns.ts"
import classes from "./details.module.css"
import { Relations } from "./relations.tsx"

const RelationGraph = lazy(async () => ({ default: (await import("./relation-graph.tsx")).RelationGraph }))

interface DetailsProps {
  blueprint: Blueprint
  entity: Entity
  all: readonly Blueprint[]
}

export function Details({ blueprint, entity, all }: DetailsProps) {
  const incoming = useIncoming(entity, all)
  const columns = columnsOf(blueprint).filter(({ id, kind }) => kind !== "relation" && id !== "$title")
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Card withBorder padding={0}>
          <Title order={2} p="md" pb="xs">
            Properties
          </Title>
          <Table verticalSpacing={9} horizontalSpacing="md" className={classes.properties}>
            <Table.Tbody>
              {columns.map((column) => (
                <Table.Tr key={column.id}>
                  <Table.Th scope="row" w="34%">
                    {column.title}
                    {column.property?.description && (
                      <Text size="xs" c="dimmed" fw={400}>
                        {column.property.description}
                      </Text>
                    )}
                  </Table.Th>
                  <Table.Td>
                    <Value value={cellOf(entity, column)} property={column.property} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack gap="lg">
          <Relations blueprint={blueprint} entity={entity} incoming={incoming} />
          <Card withBorder padding={0}>
            <Suspense fallback={<div className={classes.graph} />}>
              <div className={classes.graph}>
                <RelationGraph blueprint={blueprint} entity={entity} incoming={incoming.data ?? []} />
              </div>
            </Suspense>
          </Card>
        </Stack>
      </Grid.Col>
    </Grid>
  )
}
