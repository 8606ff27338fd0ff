// A secret: it can be set and replaced, and nobody sees it again.
import { Button, Group, Input, PasswordInput, Text } from "@mantine/core"
import { useState } from "react"

interface SecretFieldProps {
  label: string
  description?: string
  /** Whether there is one already. */
  isSet: boolean
  /** Why the one that is there cannot be used. */
  unreadable?: string | undefined
  /** Undefined: it stays as it is; null takes it away. */
  value: string | null | undefined
  change: (value: string | null | undefined) => void
  mayGo?: boolean
  disabled: boolean
  error?: string | undefined
  required?: boolean
}

export function SecretField({
  label,
  description,
  isSet,
  unreadable,
  value,
  change,
  mayGo = false,
  disabled,
  error,
  required = false,
}: SecretFieldProps) {
  const [isReplaced, setReplaced] = useState(false)
  if (!isSet || isReplaced) {
    return (
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <PasswordInput
          flex={1}
          label={label}
          description={description}
          autoComplete="new-password"
          data-autofocus={isReplaced || undefined}
          autoFocus={isReplaced}
          required={required}
          withAsterisk={required}
          disabled={disabled}
          value={value ?? ""}
          error={error}
          onChange={(event) => change(event.currentTarget.value)}
        />
        {isReplaced && (
          <Button
            variant="default"
            aria-label={`Keep it: the ${label.toLowerCase()} that is set`}
            onClick={() => {
              setReplaced(false)
              change(undefined)
            }}
          >
            Keep it
          </Button>
        )}
      </Group>
    )
  }
  const what = label.toLowerCase()
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={description}
      error={error ?? unreadable}
      role="group"
      aria-label={label}
    >
      <Group gap="xs" mt={4}>
        <Text size="sm" c="dimmed">
          {value === null ? "Taken away when you save." : "Set, and never shown."}
        </Text>
        {!disabled && value !== null && (
          <Button
            size="xs"
            variant="default"
            aria-label={`Replace the ${what}`}
            onClick={() => setReplaced(true)}
          >
            Replace
          </Button>
        )}
        {!disabled && mayGo && (
          <Button
            size="xs"
            variant="subtle"
            {...(value === null ? {} : { color: "red" })}
            aria-label={value === null ? `Keep it: the ${what}` : `Take away the ${what}`}
            onClick={() => change(value === null ? undefined : null)}
          >
            {value === null ? "Keep it" : "Take away"}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  )
}
