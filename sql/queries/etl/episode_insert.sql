-- An alert opens.
-- params: its figures
-- grain: one episode
INSERT INTO episode (rule, version, kind, area_id, indicator_id, subject, period, start, latest, since, severity, state, value, low, high,
                     n, n_eff, expected, size, s, opened_s, worst_s, fast, detail, line_id, first_pub, opened_at, reopened_of)
VALUES (:rule, :version, :kind, :area, :indicator, :subject, :period, :start, :latest, :since, :severity, :state, :value, :low, :high,
        :n, :n_eff, :expected, :size, :s, :opened_s, :worst_s, :fast, CAST(:detail AS jsonb), :line, :p, :now, :reopened_of)
RETURNING episode_id
