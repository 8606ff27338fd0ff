// What needs a person, each with the next step.
import {
  CheckCircleIcon,
  ExclamationTriangleIcon,
  InformationCircleIcon,
  XCircleIcon,
} from "@heroicons/react/24/outline"
import { Anchor, Card, Code, Group, Stack, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import type { Attention } from "../api/overview.ts"
import classes from "./attention.module.css"

const icons = { error: XCircleIcon, warning: ExclamationTriangleIcon, info: InformationCircleIcon }
const words = { error: "Error", warning: "Warning", info: "Note" }

export function AttentionList({ attention }: { attention: readonly Attention[] }) {
  if (attention.length === 0) {
    return (
      <Group gap="xs" className={classes.calm}>
        <CheckCircleIcon width={20} aria-hidden />
        <Text size="sm" c="var(--mantine-color-text)">
          Nothing needs you.
        </Text>
      </Group>
    )
  }
  return (
    <Card withBorder padding={0} component="section" aria-label="What needs you">
      <Title order={2} p="md" pb={4}>
        What needs you
      </Title>
      {attention.map((one) => (
        <Item key={one.id} attention={one} />
      ))}
    </Card>
  )
}

function Item({ attention: { severity, title, detail, next } }: { attention: Attention }) {
  const Icon = icons[severity]
  return (
    <div className={classes.item} data-severity={severity}>
      <Icon width={20} aria-label={words[severity]} />
      <Stack gap={2} miw={0}>
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Text>
        {detail && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {detail}
          </Text>
        )}
        <Text size="sm">
          {next.page ? (
            <Anchor component={Link} href={next.page} inherit>
              {next.text}
            </Anchor>
          ) : next.url ? (
            <Anchor href={next.url} target="_blank" rel="noreferrer" inherit>
              {next.text}
            </Anchor>
          ) : (
            next.text
          )}
        </Text>
        {next.command && <Code>{next.command}</Code>}
      </Stack>
    </div>
  )
}
