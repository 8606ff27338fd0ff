// When an installation works, and within which bounds.
import { Autocomplete, Card, Group, Stack, Switch, TextInput, Title } from "@mantine/core"
import type { SectionProps } from "./installation-form.tsx"

const usual = ["15m", "30m", "1h", "2h", "6h", "12h", "1d"]

export function WorkFields({ fields, set, errorAt, disabled }: SectionProps) {
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Resyncs
      </Title>
      <Stack gap="sm" maw={560}>
        <Autocomplete
          label="Interval"
          description="Between the starts of two: 1m at least, such as 30m, 1h or 1h30m."
          required
          data={usual}
          filter={({ options }) => options}
          disabled={disabled}
          value={fields.interval}
          error={errorAt("interval")}
          onChange={(interval) => set({ interval })}
        />
        <Group gap="sm" align="flex-start" grow preventGrowOverflow={false} wrap="wrap">
          <TextInput
            miw={180}
            label="May take"
            description="One that takes longer is ended."
            placeholder="As long as the interval"
            autoComplete="off"
            disabled={disabled}
            value={fields.timeout}
            error={errorAt("timeout")}
            onChange={(event) => set({ timeout: event.currentTarget.value })}
          />
          <TextInput
            miw={180}
            label="Memory, in MB"
            description="A process that needs more is ended."
            inputMode="numeric"
            autoComplete="off"
            disabled={disabled}
            value={fields.memoryMb}
            error={errorAt("memoryMb")}
            onChange={(event) => set({ memoryMb: event.currentTarget.value })}
          />
        </Group>
        <Switch
          label="Send raw examples to Port, for its mapping editor"
          disabled={disabled}
          checked={fields.sendRawDataExamples}
          onChange={(event) => set({ sendRawDataExamples: event.currentTarget.checked })}
        />
      </Stack>
    </Card>
  )
}
