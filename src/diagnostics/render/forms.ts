/** Findings in the forms that programs read, by the name of the form. */
import type { Diagnostic } from '../diagnostic.ts'
import { arrange, type Locate, type Part, type Placed } from './arrange.ts'
import { renderGithub } from './github.ts'
import { renderGitlab } from './gitlab.ts'
import { jsonOf } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderSarif } from './sarif.ts'

/** Forms of services in which changes are reviewed and tested. */
export type ReviewForm = (typeof REVIEW_FORMS)[number]

export const REVIEW_FORMS = ['github', 'gitlab', 'sarif', 'junit'] as const

export const isReviewForm = (word: unknown): word is ReviewForm => REVIEW_FORMS.some((form) => form === word)

const RENDERERS: Readonly<Record<ReviewForm, (parts: readonly Part[], version: string) => string>> = {
  github: (parts) => renderGithub(placedIn(parts)),
  gitlab: (parts) => renderGitlab(placedIn(parts)),
  sarif: (parts, version) => renderSarif(placedIn(parts), version),
  junit: renderJunit,
}

const placedIn = (parts: readonly Part[]): readonly Placed[] => parts.flatMap(({ placed }) => placed)

/** A whole document, ending in a newline; `github` has nothing where there are no findings. `version`: of this tool. */
export const renderForm = (
  form: ReviewForm,
  diagnostics: readonly Diagnostic[],
  locate: Locate,
  version: string,
): string => RENDERERS[form]([{ placed: arrange(diagnostics, locate) }], version)

/** The same of the findings of several manifests, in `json` too. */
export const renderParts = (form: ReviewForm | 'json', parts: readonly Part[], version: string): string =>
  form === 'json' ? jsonOf(placedIn(parts)) : RENDERERS[form](parts, version)
