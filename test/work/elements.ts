/** Counts how many elements of arrays are looked at: an amount of work that is the same on every machine. */

/** Methods that go through the whole array, and those that stop at what they find. */
const WHOLE = ['filter', 'map', 'flatMap', 'forEach', 'reduce', 'concat', 'toSorted', 'sort', 'join'] as const
const UP_TO = ['find', 'findIndex', 'some', 'every'] as const
const SEARCH = ['includes', 'indexOf'] as const

type Method = (this: unknown[], ...rest: unknown[]) => unknown

/** How many elements are visited, over all arrays, while `run` runs: by methods, loops and spreads. */
export function elementsVisited(run: () => void): number {
  const prototype = Array.prototype as unknown as Record<string | symbol, Method>
  const names = [...WHOLE, ...UP_TO, ...SEARCH, 'slice', Symbol.iterator]
  const before = names.map((name) => [name, prototype[name]] as const)
  let visited = 0
  const replace = (name: string | symbol, count: (array: unknown[], found: unknown) => number): void => {
    const original = prototype[name]
    prototype[name] = function (this: unknown[], ...rest: unknown[]) {
      const result = Reflect.apply(original as Method, this, rest)
      visited += count(this, result)
      return result
    }
  }
  for (const name of WHOLE) replace(name, (array) => array.length)
  replace('slice', (_, part) => (part as unknown[]).length)
  for (const name of SEARCH) replace(name, (array) => array.length)
  for (const name of UP_TO) {
    const original = prototype[name] as Method
    prototype[name] = function (this: unknown[], test: unknown, ...rest: unknown[]) {
      const counted = (...given: unknown[]): unknown => {
        visited++
        return Reflect.apply(test as Method, undefined as never, given)
      }
      return Reflect.apply(original, this, [counted, ...rest])
    }
  }
  replace(Symbol.iterator, (array) => array.length)
  try {
    run()
  } finally {
    for (const [name, method] of before) prototype[name] = method as Method
  }
  return visited
}
