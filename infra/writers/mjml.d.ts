/** What is used of MJML, which comes without types. */
declare module 'mjml' {
  interface Rendered {
    readonly html: string;
    readonly errors: readonly { readonly formattedMessage: string }[];
  }
  export default function mjml(
    document: string,
    options: {
      readonly validationLevel: 'strict';
      readonly keepComments: boolean;
      readonly fonts: Readonly<Record<string, string>>;
    },
  ): Promise<Rendered>;
}
