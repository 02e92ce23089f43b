import { expect, it } from 'vitest'
import { circlesIn, type Dependence } from '../../src/lifecycle/dependences.ts'

const needs = (dependent: string, on: string): Dependence => ({
  dependent,
  on,
  by: { kind: 'after' },
  pointer: `/domains/${dependent}/lifecycle/after`,
})

const namesOf = (...dependences: readonly Dependence[]) =>
  circlesIn(dependences).map((circle) => circle.map(({ dependent }) => dependent).join(' '))

it('every circle is found, whatever others there are', () => {
  expect(namesOf(needs('a', 'b'), needs('b', 'c'))).toEqual([])
  expect(namesOf(needs('a', 'b'), needs('b', 'a'), needs('c', 'c'), needs('d', 'e'), needs('e', 'd'))).toEqual([
    ...['a b', 'c', 'd e'],
  ])
})

it('circles that share a dependence are one mistake until it is mended', () =>
  expect(namesOf(needs('a', 'b'), needs('b', 'a'), needs('b', 'c'), needs('c', 'a'))).toEqual(['a b']))
