import { ComputerDesktopIcon, MoonIcon, SunIcon } from "@heroicons/react/24/outline"
import { Center, SegmentedControl, useMantineColorScheme, VisuallyHidden } from "@mantine/core"

const choices = [
  { value: "light", icon: SunIcon, text: "Light" },
  { value: "auto", icon: ComputerDesktopIcon, text: "As the system" },
  { value: "dark", icon: MoonIcon, text: "Dark" },
] as const

export function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label="Colors"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as (typeof choices)[number]["value"])}
      data={choices.map(({ value, icon: Icon, text }) => ({
        value,
        label: (
          <Center title={text}>
            <Icon width={16} />
            <VisuallyHidden>{text}</VisuallyHidden>
          </Center>
        ),
      }))}
    />
  )
}
