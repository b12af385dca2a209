/** @file Reads one glyph of a TrueType `glyf` table as a list of pen moves. */

/** Bits of a point's flag byte. */
const ON_CURVE = 1;
const X_SHORT = 2;
const Y_SHORT = 4;
const REPEAT = 8;
const X_SAME_OR_POSITIVE = 16;
const Y_SAME_OR_POSITIVE = 32;

/** Bits of a component's flags in a composite glyph. */
const ARGUMENTS_ARE_WORDS = 1;
const ARGUMENTS_ARE_OFFSETS = 2;
const HAS_SCALE = 8;
const MORE_COMPONENTS = 32;
const HAS_TWO_SCALES = 64;
const HAS_MATRIX = 128;

/** A move of the pen, with absolute coordinates in font units, y pointing up. */
export type OutlineCommand =
  | { kind: "move" | "line"; x: number; y: number }
  | { kind: "curve"; controlX: number; controlY: number; x: number; y: number };

interface Point {
  x: number;
  y: number;
  onCurve: boolean;
}

/** The outline of glyph `id` in font units, y pointing up; empty for a space. */
export function readOutline(glyf: DataView, offsetOf: (id: number) => number, id: number): OutlineCommand[] {
  return readContours(glyf, offsetOf, id).flatMap(contourCommands);
}

function readContours(glyf: DataView, offsetOf: (id: number) => number, id: number): Point[][] {
  const start = offsetOf(id);
  if (start === offsetOf(id + 1)) return [];
  const contourCount = glyf.getInt16(start);
  return contourCount < 0
    ? readComposite(glyf, offsetOf, start + 10)
    : readSimple(glyf, { at: start + 10, contourCount });
}

function readSimple(glyf: DataView, { at, contourCount }: { at: number; contourCount: number }): Point[][] {
  const ends = Array.from({ length: contourCount }, (_, contour) => glyf.getUint16(at + contour * 2));
  const pointCount = (ends.at(-1) ?? -1) + 1;
  let cursor = at + contourCount * 2;
  cursor += 2 + glyf.getUint16(cursor); // hinting instructions
  const flags: number[] = [];
  while (flags.length < pointCount) {
    const flag = glyf.getUint8(cursor++);
    const times = flag & REPEAT ? glyf.getUint8(cursor++) + 1 : 1;
    for (let time = 0; time < times; time++) flags.push(flag);
  }
  const readAxis = (shortBit: number, sameBit: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & shortBit) value += flag & sameBit ? glyf.getUint8(cursor++) : -glyf.getUint8(cursor++);
      else if (!(flag & sameBit)) {
        value += glyf.getInt16(cursor);
        cursor += 2;
      }
      return value;
    });
  };
  const xs = readAxis(X_SHORT, X_SAME_OR_POSITIVE);
  const ys = readAxis(Y_SHORT, Y_SAME_OR_POSITIVE);
  const points = flags.map((flag, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0, onCurve: (flag & ON_CURVE) !== 0 }));
  return ends.map((end, contour) => points.slice(contour === 0 ? 0 : (ends[contour - 1] ?? 0) + 1, end + 1));
}

function readComposite(glyf: DataView, offsetOf: (id: number) => number, start: number): Point[][] {
  const contours: Point[][] = [];
  let cursor = start;
  let flags = MORE_COMPONENTS;
  const fraction = (): number => {
    cursor += 2;
    return glyf.getInt16(cursor - 2) / 0x4000;
  };
  while (flags & MORE_COMPONENTS) {
    flags = glyf.getUint16(cursor);
    const id = glyf.getUint16(cursor + 2);
    const words = (flags & ARGUMENTS_ARE_WORDS) !== 0;
    const dx = words ? glyf.getInt16(cursor + 4) : glyf.getInt8(cursor + 4);
    const dy = words ? glyf.getInt16(cursor + 6) : glyf.getInt8(cursor + 5);
    cursor += words ? 8 : 6;
    let [a, b, c, d] = [1, 0, 0, 1];
    if (flags & HAS_SCALE) a = d = fraction();
    else if (flags & HAS_TWO_SCALES) [a, d] = [fraction(), fraction()];
    else if (flags & HAS_MATRIX) [a, b, c, d] = [fraction(), fraction(), fraction(), fraction()];
    // Components placed by matching points do not occur in the fonts of this room; they would land unshifted.
    const [e, f] = flags & ARGUMENTS_ARE_OFFSETS ? [dx, dy] : [0, 0];
    for (const contour of readContours(glyf, offsetOf, id)) {
      contours.push(contour.map((p) => ({ ...p, x: a * p.x + c * p.y + e, y: b * p.x + d * p.y + f })));
    }
  }
  return contours;
}

/** Quadratic splines: two control points in a row have an implied point on the curve half-way between them. */
function contourCommands(points: Point[]): OutlineCommand[] {
  const firstOn = points.findIndex((point) => point.onCurve);
  const [head, next] = points;
  if (!head || !next) return [];
  const start = firstOn < 0 ? midpoint(head, next) : (points[firstOn] ?? head);
  const rotation = firstOn < 0 ? 1 : firstOn + 1;
  const rest = [...points.slice(rotation), ...points.slice(0, rotation)];
  if (firstOn < 0) rest.push(start);
  const commands: OutlineCommand[] = [{ kind: "move", x: start.x, y: start.y }];
  let control: Point | undefined;
  for (const point of rest) {
    if (control) {
      const end = point.onCurve ? point : midpoint(control, point);
      commands.push({ kind: "curve", controlX: control.x, controlY: control.y, x: end.x, y: end.y });
    } else if (point.onCurve) commands.push({ kind: "line", x: point.x, y: point.y });
    control = point.onCurve ? undefined : point;
  }
  return commands;
}

function midpoint(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, onCurve: true };
}
