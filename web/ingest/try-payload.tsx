// A payload tried with the mappings as they stand in the form: what it would come to, before anything is saved or sent.
import { BeakerIcon } from "@heroicons/react/24/outline"
import { Button, Card, Group, JsonInput, Stack, Text } from "@mantine/core"
import { useState } from "react"
import { type EvaluatedMapping, useEvaluateWebhook } from "../api/webhooks.ts"
import { JsonView } from "../components/json-view.tsx"
import { Failed } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { examplePayload, isJson } from "./payload.ts"

/** `mappings` is undefined while what stands in the form is none. */
export function TryPayload({ mappings }: { mappings: unknown[] | undefined }) {
  const [text, setText] = useState(examplePayload)
  const evaluate = useEvaluateWebhook()
  return (
    <Stack gap="xs" mt="md">
      <JsonInput
        label="Test payload"
        description="The body of an event. Nothing is sent and nothing is written."
        autosize
        minRows={4}
        maxRows={16}
        validationError="This is not JSON."
        formatOnBlur
        value={text}
        onChange={setText}
      />
      <Group>
        <Button
          variant="default"
          leftSection={<BeakerIcon width={16} />}
          loading={evaluate.isPending}
          disabled={mappings === undefined || !isJson(text)}
          onClick={() => evaluate.mutate({ mappings: mappings ?? [], body: JSON.parse(text) })}
        >
          Try it
        </Button>
      </Group>
      {evaluate.error && <Failed error={evaluate.error} />}
      {evaluate.data?.map((mapping) => (
        <Outcome key={mapping.index} mapping={mapping} />
      ))}
      {evaluate.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          There is no mapping, so nothing would come of it.
        </Text>
      )}
    </Stack>
  )
}

const states: Record<EvaluatedMapping["result"], [state: string, text: string]> = {
  applied: ["done", "Would be applied"],
  filtered: ["cancelled", "Filtered out"],
  skipped: ["cancelled", "Names no entity"],
  failed: ["failed", "Would fail"],
}

function Outcome({ mapping }: { mapping: EvaluatedMapping }) {
  const [state, text] = states[mapping.result]
  return (
    <Card withBorder>
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            Mapping {mapping.index + 1}, into {mapping.blueprint}
          </Text>
          <Status state={state} text={text} />
        </Group>
        {mapping.error && <Text size="sm">{mapping.error}</Text>}
        {mapping.notes?.map((note) => (
          <Text size="sm" c="dimmed" key={note}>
            {note}
          </Text>
        ))}
        {mapping.entities.map(({ identifier, result, error }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entities without a name have nothing but their place
          <Text size="sm" key={index}>
            {identifier ?? "an entity"}: {result}
            {error && `, ${error}`}
          </Text>
        ))}
        {mapping.mapped.length > 0 && (
          <JsonView
            value={mapping.mapped.length === 1 ? mapping.mapped[0] : mapping.mapped}
            maxHeight={320}
          />
        )}
      </Stack>
    </Card>
  )
}
