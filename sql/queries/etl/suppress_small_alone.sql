-- Decide that small scores alone are hidden: what a store of invented customers does, where nobody is to be protected and the
-- first page is not to wait for it.
-- params: none
-- grain: one policy row
INSERT INTO policy (name, value, valid_from, note_zh, note_en)
VALUES ('joint_suppression', 0, DATE '2020-01-03', '演示：客户都是虚构的，只隐藏小样本本身',
        'the demonstration: its customers are invented, small scores alone are hidden')
ON CONFLICT DO NOTHING
