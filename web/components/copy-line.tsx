// A line to be taken elsewhere, with a button that copies it.
import { ClipboardDocumentIcon } from "@heroicons/react/24/outline"
import { ActionIcon, Code, CopyButton, Group } from "@mantine/core"

export function CopyLine({ text, what }: { text: string; what: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      {/* All of it is seen: a part that is cut off could be copied by hand. */}
      <Code
        block
        fz="sm"
        my={4}
        miw={0}
        flex={1}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={copied ? "Copied" : `Copy ${what}`}
            onClick={copy}
          >
            <ClipboardDocumentIcon width={18} />
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  )
}
