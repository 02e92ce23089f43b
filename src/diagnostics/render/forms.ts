/** Findings in the forms that programs read, by the name of the form. */
import type { Diagnostic } from '../diagnostic.ts'
import { arrange, type Locate, type Placed } from './arrange.ts'
import { renderGithub } from './github.ts'
import { renderGitlab } from './gitlab.ts'
import { renderJunit } from './junit.ts'
import { renderSarif } from './sarif.ts'

/** Forms of services in which changes are reviewed and tested. */
export type ReviewForm = (typeof REVIEW_FORMS)[number]

export const REVIEW_FORMS = ['github', 'gitlab', 'sarif', 'junit'] as const

export const isReviewForm = (word: unknown): word is ReviewForm => REVIEW_FORMS.some((form) => form === word)

const RENDERERS: Readonly<Record<ReviewForm, (placed: readonly Placed[], version: string) => string>> = {
  github: renderGithub,
  gitlab: renderGitlab,
  sarif: renderSarif,
  junit: renderJunit,
}

/** A whole document, ending in a newline; `github` has nothing where there are no findings. `version`: of this tool. */
export const renderForm = (
  form: ReviewForm,
  diagnostics: readonly Diagnostic[],
  locate: Locate,
  version: string,
): string => RENDERERS[form](arrange(diagnostics, locate), version)
