import { CheckIcon, ClipboardDocumentIcon } from "@heroicons/react/24/outline"
import { Button, Code, CopyButton, Group, Stack } from "@mantine/core"

/** A value as JSON, to be read and taken along. */
export function JsonView({ value, maxHeight }: { value: unknown; maxHeight?: number }) {
  const text = JSON.stringify(value, null, 2)
  return (
    <Stack gap="xs">
      <Group justify="flex-end">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={copy}
              leftSection={copied ? <CheckIcon width={16} /> : <ClipboardDocumentIcon width={16} />}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block mah={maxHeight} style={{ overflow: "auto" }} tabIndex={0}>
        {text}
      </Code>
    </Stack>
  )
}
