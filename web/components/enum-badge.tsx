// A value of a fixed list, with the color that its blueprint gives it. The text keeps the page's own color, so that it
// is readable on every background; a dot carries the color.
import { Badge } from "@mantine/core"

/** Port's names of colors, in ours. */
const colors: Record<string, string> = {
  red: "red.6",
  orange: "orange.6",
  gold: "yellow.7",
  yellow: "yellow.5",
  bronze: "orange.8",
  lime: "lime.6",
  olive: "lime.8",
  green: "green.6",
  turquoise: "teal.5",
  blue: "blue.6",
  purple: "grape.6",
  pink: "pink.5",
  lightGray: "gray.5",
  silver: "gray.5",
  darkGray: "gray.7",
}

interface EnumBadgeProps {
  value: string | number
  color?: string | undefined
}

export function EnumBadge({ value, color }: EnumBadgeProps) {
  return (
    <Badge
      variant="dot"
      color={colors[color ?? ""] ?? "gray.5"}
      tt="none"
      fw={500}
      size="md"
      radius="sm"
      miw="max-content"
    >
      {value}
    </Badge>
  )
}
