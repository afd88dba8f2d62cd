/** Counted things, in the forms a language has for them. */

/** A form for each class of numbers the language tells apart; `other` is said where it has no form of its own. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Says how many of something: the number as `locale` writes it, then the form that goes with it. */
export function counting(locale: string): (n: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const figures = new Intl.NumberFormat(locale);
  return (n, forms) => `${figures.format(n)} ${forms[rules.select(n)] ?? forms.other}`;
}
