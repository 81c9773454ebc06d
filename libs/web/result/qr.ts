// Loaded on demand, as few pages show a QR code.
import { correction, generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";

const svgNamespace = "http://www.w3.org/2000/svg";

// In modules, as the standard requires.
const quietZone = 4;

/** The QR code of a text as an image, dark on light in every color scheme, because readers expect that. */
export function drawQr(text: string, description: string): SVGSVGElement {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const size = code.size + 2 * quietZone;
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", `${-quietZone} ${-quietZone} ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(svgNamespace, "path");
  path.setAttribute("d", toSvgPath(code));
  svg.append(path);
  return svg;
}
