-- What an open alert reads now.
-- params: episode, its figures
-- grain: one episode
UPDATE episode SET latest = :latest, since = coalesce(:since, since), state = :state, value = :value, low = :low, high = :high, n = :n,
       n_eff = :n_eff, expected = coalesce(:expected, expected), size = coalesce(:size, size), s = coalesce(:s, s),
       worst_s = least(worst_s, :s), detail = detail || CAST(:detail AS jsonb)
WHERE episode_id = :episode
