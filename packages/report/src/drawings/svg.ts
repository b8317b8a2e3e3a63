/** Text with everything escaped that means something in XML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** An element of SVG; attributes are escaped, `content` is not. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeText(String(typeof value === 'number' ? coordinate(value) : value))}"`,
  );
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/** A text at a place; `style` is one or several classes of the sheet. */
export function label(text: string, x: number, y: number, style: string): string {
  return element('text', { x, y, class: style }, escapeText(text));
}

/** A path through points; a point that is not finite interrupts it. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  let isDown = false;
  return points
    .map(([x, y]) => {
      const isKnown = Number.isFinite(x) && Number.isFinite(y);
      const step = isKnown ? `${isDown ? 'L' : 'M'}${coordinate(x)} ${coordinate(y)}` : '';
      isDown = isKnown;
      return step;
    })
    .join('');
}

/** To a hundredth of a pixel. */
function coordinate(value: number): number {
  return Math.round(value * 100) / 100;
}
