-- Versions of published rows go once no publication that is still kept can see them.
INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('publication_days', 14, DATE '2020-01-01', '被替换的发布版还可按原样读取多少天', 'days that a publication stays readable after another took its place')
ON CONFLICT DO NOTHING;

-- Delete what publications before ``kept`` alone could see; how many rows went. A suppression outlives its end as long as a row it
-- hid is there, for that one stays hidden (score_public).
CREATE FUNCTION forget_versions(kept integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    versioned text;
    gone bigint;
    every bigint := 0;
BEGIN
    FOREACH versioned IN ARRAY ARRAY['score_rollup', 'ratio_rollup', 'rank_band', 'estimate', 'tcsi_rollup', 'score_window',
                                     'area_shift', 'score_shift', 'ratio_shift'] LOOP
        EXECUTE format('DELETE FROM %I WHERE last_pub <= $1', versioned) USING kept;
        GET DIAGNOSTICS gone = ROW_COUNT;
        every := every + gone;
    END LOOP;
    DELETE FROM suppressed s WHERE s.last_pub <= kept
      AND NOT EXISTS (SELECT FROM score_rollup r WHERE NOT s.shift AND r.first_pub < s.last_pub
                      AND (r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value)
                        = (s.area_id, s.indicator_id, s.period, s.cut, s.start, s.value))
      AND NOT EXISTS (SELECT FROM score_shift r WHERE s.shift AND r.first_pub < s.last_pub
                      AND (r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value)
                        = (s.area_id, s.indicator_id, s.period, s.cut, s.start, s.value));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN every + gone;
END $$;
