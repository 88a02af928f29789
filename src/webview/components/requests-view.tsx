import type { JSX } from 'preact';
import type { RequestRow } from '../../protocol/panel';
import { formatBytes, formatCount, formatDuration } from '../format';
import { graphPoints, graphTop } from '../graph';
import { t, type StringKey } from '../strings';
import { SubView } from './sub-view';

/** Requests of the graphs, the newest: more would be less than a dot apart. */
const drawn = 120;
const size = { width: 300, height: 60 };

interface Series {
  name: StringKey;
  kind: RequestRow['lane'] | 'memory';
  values: (number | undefined)[];
}

/** Speed and memory over the newest requests, and the requests themselves: times and counts, no text. */
export function RequestsView({ rows, onClose }: { rows: RequestRow[]; onClose: () => void }): JSX.Element {
  const newest = rows.slice(-drawn);
  const speedOf = (lane: RequestRow['lane']): Series['values'] =>
    newest.map((row) => (row.lane === lane && row.tokensPerSecond > 0 ? row.tokensPerSecond : undefined));
  return (
    <SubView kind="requests" title={t('requestsTitle')} onClose={onClose}>
      {rows.length === 0 ? <p class="hint">{t('requestsNone')}</p> : null}
      <Graph
        title="requestsSpeed"
        series={[
          { name: 'laneChat', kind: 'chat', values: speedOf('chat') },
          { name: 'laneCompletion', kind: 'completion', values: speedOf('completion') },
        ]}
        format={formatCount}
      />
      <Graph
        title="requestsMemory"
        series={[{ name: 'requestsMemory', kind: 'memory', values: newest.map((row) => row.residentBytes) }]}
        format={formatBytes}
      />
      {rows.length === 0 ? null : <RequestTable rows={rows} />}
    </SubView>
  );
}

interface GraphProps {
  title: StringKey;
  series: Series[];
  format: (value: number) => string;
}

/** Left out where there is nothing to draw. The label says in words what the lines show. */
function Graph({ title, series, format }: GraphProps): JSX.Element | null {
  const told = series.filter(({ values }) => values.some((value) => value !== undefined));
  if (told.length === 0) return null;
  const top = graphTop(told.flatMap(({ values }) => values));
  return (
    <figure class="graph">
      <figcaption>
        <span>{t(title)}</span>
        {series.length > 1
          ? told.map(({ name, kind }) => (
              <span class="graph-key" data-kind={kind} key={kind}>
                {t(name)}
              </span>
            ))
          : null}
        <span class="graph-top">{format(top)}</span>
      </figcaption>
      <svg
        role="img"
        viewBox={`-3 -3 ${size.width + 6} ${size.height + 6}`}
        aria-label={told.map((one) => inWords(one, title, format)).join('; ')}
      >
        <line class="graph-base" x1="0" x2={size.width} y1={size.height} y2={size.height} />
        {told.map(({ kind, values }) => {
          const points = graphPoints(values, top, size);
          return (
            <g data-kind={kind} key={kind}>
              <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
              {points.map(({ x, y }) => (
                <circle key={x} cx={x} cy={y} r="1.6" />
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

function inWords({ name, values }: Series, title: StringKey, format: GraphProps['format']): string {
  const known = values.filter((value) => value !== undefined);
  const label = name === title ? t(title) : `${t(title)}, ${t(name)}`;
  const [least, most, newest] = [Math.min(...known), Math.max(...known), known.at(-1) ?? 0].map(format);
  return t('graphRange', label, least ?? '', most ?? '', newest ?? '');
}

/** The newest first. */
function RequestTable({ rows }: { rows: RequestRow[] }): JSX.Element {
  return (
    <table class="requests">
      <thead>
        <tr>
          {(
            ['columnTime', 'columnUse', 'columnRead', 'columnWritten', 'columnTook', 'columnEnd'] as const
          ).map((key) => (
            <th key={key} scope="col">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.toReversed().map((row) => (
          <tr key={`${row.at} ${row.lane}`} title={row.model}>
            <td>{new Date(row.at).toLocaleTimeString()}</td>
            <td>{t(row.lane === 'chat' ? 'laneChat' : 'laneCompletion')}</td>
            <td>
              {formatCount(row.promptTokens)}
              {row.promptTokens > 0
                ? ` (${t('cached', Math.round((100 * row.cachedTokens) / row.promptTokens))})`
                : ''}
            </td>
            <td>
              {formatCount(row.generatedTokens)}
              {row.tokensPerSecond > 0 ? ` (${t('speed', formatCount(row.tokensPerSecond))})` : ''}
            </td>
            <td>{formatDuration(row.totalMs)}</td>
            <td>{row.end}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
