/** How well points lie on two straight lines that meet: a steady tempo, and at most one change of it. */

/** A line of fewer points would take on what is not of the tempo. */
const FEWEST_POINTS = 12;

/**
 * The sum of the squared errors of `ys` on the best line over `xs` that has at most one hinge, at one of them.
 *
 * Least squares: what a hinge takes from the error of the straight line is what y has in common with
 * max(0, x - hinge), less what that has in common with 1 and x. Sums from the end make each hinge one step.
 *
 * @param xs - rising, as many as `ys`
 */
export function hingeError(xs: readonly number[], ys: readonly number[]): number {
  const count = xs.length;
  const meanX = xs.reduce((sum, x) => sum + x, 0) / count;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / count;
  let [xx, xy, yy] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const [x, y] = [xs[at]! - meanX, ys[at]! - meanY];
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const line = xx === 0 ? yy : yy - (xy * xy) / xx;
  let most = 0;
  let [endX, endY, endXx, endXy] = [0, 0, 0, 0];
  for (let at = count - 1; at >= FEWEST_POINTS; at--) {
    const [x, y] = [xs[at]! - meanX, ys[at]! - meanY];
    const points = count - at;
    endX += x;
    endY += y;
    endXx += x * x;
    endXy += x * y;
    if (points < FEWEST_POINTS) continue;
    const bend = endX - x * points;
    const bendX = endXx - x * endX;
    const own =
      endXx - 2 * x * endX + x * x * points - (bend * bend) / count - (bendX * bendX) / xx;
    const common = endXy - x * endY - (bendX * xy) / xx;
    if (own > 0) most = Math.max(most, (common * common) / own);
  }
  return Math.max(0, line - most);
}
