// A property's value as its blueprint describes it: a link, a time, a colored word, a list.
import { ArrowTopRightOnSquareIcon, CheckIcon, XMarkIcon } from "@heroicons/react/24/outline"
import { Anchor, Badge, Code, Group, Text, Tooltip } from "@mantine/core"
import type { Property } from "../api/blueprints.ts"
import { EnumBadge } from "./enum-badge.tsx"
import { TimeAgo } from "./time.tsx"

interface ValueProps {
  value: unknown
  property: Property | undefined
  /** In a table one line must do. */
  compact?: boolean
}

export function Value({ value, property = {}, compact = false }: ValueProps) {
  if (value === null || value === undefined) return <Nothing />
  if (Array.isArray(value)) return <List values={value} property={property} compact={compact} />
  if (typeof value === "boolean") return <YesNo value={value} />
  if (typeof value === "number") return <NumberText value={value} property={property} />
  if (typeof value === "object") return <JsonText value={value} compact={compact} />
  return <StringText text={String(value)} property={property} compact={compact} />
}

export function Nothing() {
  return (
    <Text span inherit c="dimmed" aria-label="empty">
      –
    </Text>
  )
}

function YesNo({ value }: { value: boolean }) {
  const Icon = value ? CheckIcon : XMarkIcon
  return (
    <Group gap={4} wrap="nowrap" display="inline-flex">
      <Icon width={16} aria-hidden />
      {value ? "Yes" : "No"}
    </Group>
  )
}

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 })

function NumberText({ value, property }: { value: number; property: Property }) {
  if (property.enum) return <EnumBadge value={value} color={property.enumColors?.[String(value)]} />
  return <span className="numeric">{numbers.format(value)}</span>
}

function StringText({ text, property, compact }: { text: string; property: Property; compact: boolean }) {
  if (property.enum) return <EnumBadge value={text} color={property.enumColors?.[text]} />
  if (property.format === "date-time") return <TimeAgo at={text} />
  if (isWebAddress(text)) return <ExternalLink href={text} compact={compact} />
  if (property.format === "email") return <Anchor href={`mailto:${text}`}>{text}</Anchor>
  if (property.format === "yaml" || property.format === "markdown") {
    return compact ? <OneLine>{text}</OneLine> : <Code block>{text}</Code>
  }
  return compact ? <OneLine>{text}</OneLine> : <span>{text}</span>
}

function OneLine({ children }: { children: string }) {
  return (
    <Text span inherit truncate display="block" title={children.length > 40 ? children : undefined}>
      {children}
    </Text>
  )
}

/** Of an address that a catalog holds only http and https are followed. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function ExternalLink({ href, compact }: { href: string; compact: boolean }) {
  const { host } = new URL(href)
  const shown = compact ? host.replace(/^www\./, "") : href
  return (
    <Tooltip label={href} disabled={!compact}>
      <Anchor href={href} target="_blank" rel="noreferrer" inherit>
        {shown} <ArrowTopRightOnSquareIcon width={13} aria-label="opens in a new tab" />
      </Anchor>
    </Tooltip>
  )
}

function List({ values, property, compact }: { values: unknown[]; property: Property; compact: boolean }) {
  if (values.length === 0) return <Nothing />
  const shown = compact ? values.slice(0, 2) : values
  const items = property.items ?? {}
  return (
    <Group gap={4} wrap={compact ? "nowrap" : "wrap"}>
      {shown.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values may repeat, and never move
        <ListItem key={index} value={value} items={items} />
      ))}
      {values.length > shown.length && (
        <Tooltip label={values.slice(shown.length).map(String).join(", ")}>
          <Text span inherit c="dimmed">
            +{values.length - shown.length}
          </Text>
        </Tooltip>
      )}
    </Group>
  )
}

function ListItem({ value, items }: { value: unknown; items: NonNullable<Property["items"]> }) {
  if (typeof value === "object" && value !== null) return <JsonText value={value} compact />
  if (items.enum) return <EnumBadge value={String(value)} color={items.enumColors?.[String(value)]} />
  return (
    <Badge variant="default" tt="none" fw={400} radius="sm">
      {String(value)}
    </Badge>
  )
}

function JsonText({ value, compact }: { value: object; compact: boolean }) {
  if (!compact) return <Code block>{JSON.stringify(value, null, 2)}</Code>
  return (
    <Text span inherit truncate display="block" ff="monospace" fz="xs">
      {JSON.stringify(value)}
    </Text>
  )
}
