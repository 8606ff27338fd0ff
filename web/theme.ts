// One look for all pages: the system's own font, quiet colors, small radii.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core"

/** From pale to deep water. */
const ocean: MantineColorsTuple = [
  "#e8f6fb",
  "#d3e9f1",
  "#a5d2e2",
  "#74bad3",
  "#4da6c6",
  "#3599be",
  "#2592bb",
  "#177ea5",
  "#067094",
  "#006182",
]

export const theme = createTheme({
  colors: { ocean },
  primaryColor: "ocean",
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.125rem" }, h3: { fontSize: "1rem" } },
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 420 } },
    // Else nobody moves it sideways by the keyboard.
    TableScrollContainer: { defaultProps: { tabIndex: 0 } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Anchor: { defaultProps: { underline: "hover" } },
  },
})

/** The library's own gray for what is said aside, and its red for what is wrong, are too pale to be read with ease. */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-error": colors.red[9],
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-placeholder": colors.dark[1],
    "--mantine-color-error": colors.red[4],
  },
})
