// Where data comes from: what brings some already, and what could.
import { BoltIcon, ChartBarSquareIcon, PlusIcon } from "@heroicons/react/24/outline"
import { Button, Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core"
import type { ComponentType, ReactNode } from "react"
import { Link, useSearchParams } from "wouter"
import { useAbout, useHasCatalog } from "../api/about.ts"
import { path } from "../api/http.ts"
import { useMayChange } from "../api/session.ts"
import { useWebhooks } from "../api/webhooks.ts"
import { Page } from "../components/page.tsx"
import { Failed } from "../components/states.tsx"
import classes from "../ingest/ingest.module.css"

export function IngestData() {
  const hasCatalog = useHasCatalog()
  const [parameters] = useSearchParams()
  const blueprint = parameters.get("blueprint")
  const suffix = blueprint ? `?${new URLSearchParams({ blueprint })}` : ""
  return (
    <Page
      title="Ingest data"
      about={blueprint ? `Into ${blueprint}: choose where it comes from.` : "Choose where data comes from."}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Category icon={ChartBarSquareIcon} title="APM & Alerting" about="Monitoring and error tracking.">
          <Link href={`/ingest-data/sentry${suffix}`} className={classes.source}>
            <Text fw={600}>Sentry</Text>
            <Text size="sm" c="dimmed">
              Users, teams, projects, issues and their environments, by the integration.
            </Text>
          </Link>
        </Category>
        {hasCatalog && (
          <Category icon={BoltIcon} title="Webhook" about="Whatever can send JSON, by a mapping of your own.">
            <Webhooks suffix={suffix} />
          </Category>
        )}
      </SimpleGrid>
      <LiveEventAddress />
    </Page>
  )
}

interface CategoryProps {
  icon: ComponentType<{ width?: number }>
  title: string
  about: string
  children: ReactNode
}

function Category({ icon: Icon, title, about, children }: CategoryProps) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Group gap="sm" mb="md" wrap="nowrap">
        <ThemeIcon variant="light" size={38} aria-hidden>
          <Icon width={22} />
        </ThemeIcon>
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
      </Group>
      <Stack gap="sm">{children}</Stack>
    </Card>
  )
}

function Webhooks({ suffix }: { suffix: string }) {
  const { data, error, refetch } = useWebhooks()
  const mayChange = useMayChange()
  return (
    <>
      {error && <Failed error={error} retry={refetch} />}
      {data?.map(({ identifier, title, description, enabled }) => (
        <Link key={identifier} href={path`/ingest-data/webhooks/${identifier}`} className={classes.source}>
          <Text fw={600}>
            {title}
            {!enabled && " (disabled)"}
          </Text>
          {description && (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          )}
        </Link>
      ))}
      {mayChange && (
        <Button
          component={Link}
          href={`/ingest-data/new-webhook${suffix}`}
          variant="default"
          leftSection={<PlusIcon width={18} />}
        >
          New webhook data source
        </Button>
      )}
    </>
  )
}

/** How Sentry's own webhooks reach the integration, so that a change shows within a second. */
function LiveEventAddress() {
  const { data } = useAbout()
  if (!data) return null
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        Live events of Sentry
      </Title>
      <Text size="sm">
        {data.receivesWebhooks
          ? "Received: what happens in Sentry shows here within a second."
          : "Not received: what happens in Sentry shows with the next run. This sets them up in Sentry, given an address that Sentry can reach:"}
      </Text>
      {!data.receivesWebhooks && (
        <Text ff="monospace" size="sm" mt="xs">
          ocean-sentry webhooks install
        </Text>
      )}
      {data.webhookUrl && (
        <Text size="sm" mt="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {data.webhookUrl}
        </Text>
      )}
    </Card>
  )
}
