// Counts how often the app rendered. For the tests alone; an app has no use for it.
export const renders = { count: 0 }

export function rendered() {
  renders.count += 1
}
