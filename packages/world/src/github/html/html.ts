/** Text that is HTML already; everything else is escaped when put into {@link html}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content =
  | Html
  | string
  | number
  | undefined
  | false
  | readonly Content[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character]);
}

function render(content: Content): string {
  if (content instanceof Html) {
    return content.text;
  }
  if (content === undefined || content === false) {
    return '';
  }
  if (typeof content === 'string' || typeof content === 'number') {
    return escape(String(content));
  }
  return content.map(render).join('');
}

/** Builds HTML; what is put in is escaped unless it is {@link Html}. */
export function html(
  strings: TemplateStringsArray,
  ...values: Content[]
): Html {
  return new Html(
    strings.reduce(
      (text, part, index) => text + render(values[index - 1]) + part,
    ),
  );
}
