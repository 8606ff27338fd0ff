import { Group, Text, UnstyledButton } from "@mantine/core"
import { Link } from "wouter"

export function Brand() {
  return (
    <UnstyledButton component={Link} href="/">
      <Group gap={10} wrap="nowrap">
        <img src="/favicon.svg" width={26} height={26} alt="" />
        <Text fw={650} lh={1}>
          ocean-sentry
        </Text>
      </Group>
    </UnstyledButton>
  )
}
